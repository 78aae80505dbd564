UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})<-[e:SHIPPED_IN]-()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
