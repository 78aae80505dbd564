// What is changed of a recipient of the viewer's enterprise.
MATCH (r:Recipient {id: $id})
WHERE r.owner = $scope.enterprise
SET r += $changes
RETURN collect(properties(r)) AS found
