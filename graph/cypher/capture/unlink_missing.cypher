UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})<-[e:MISSING_FROM]-()
WHERE $scope.all OR n.owner = $scope.enterprise OR split(n.destination, '/')[1] = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
