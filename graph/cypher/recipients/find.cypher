// A recipient of the viewer's enterprise, of one kind.
MATCH (r:Recipient {id: $id})
WHERE r.owner = $scope.enterprise AND r.kind = $kind
RETURN collect(properties(r)) AS found
