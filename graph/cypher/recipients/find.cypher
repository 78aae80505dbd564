// A recipient of the viewer's enterprise.
MATCH (r:Recipient {id: $id})
WHERE r.owner = $scope.enterprise
RETURN collect(properties(r)) AS found
