UNWIND $rows AS row
MATCH ()-[e:MISSING_FROM]->(n:Shipment {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise OR split(n.destination, '/')[1] = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
