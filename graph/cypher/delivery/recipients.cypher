// To whom enterprises have what they record delivered.
UNWIND $owners AS owner
MATCH (r:Recipient)
WHERE r.owner = owner AND r.id > '' AND $scope.all
RETURN collect([r.id, r.owner, r.kind]) AS found
