UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})-[e:SENT_FROM|BOUND_FOR]->()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
