// What the recipients of one kind of the viewer's enterprise are called.
MATCH (r:Recipient)
WHERE r.owner = $scope.enterprise AND r.id > '' AND r.kind = $kind
RETURN collect(r.name) AS names
