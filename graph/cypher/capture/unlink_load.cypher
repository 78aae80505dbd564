UNWIND $rows AS row
MATCH ()-[e:SHIPPED_IN]->(n:Shipment {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
