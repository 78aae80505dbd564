// A recipient of the viewer's enterprise is none any more.
MATCH (r:Recipient {id: $id})
WHERE r.owner = $scope.enterprise
DELETE r
RETURN count(r) AS removed
