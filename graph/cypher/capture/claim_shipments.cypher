// Claims shipments of which the load would become another, so that no receipt of them is missed that comes meanwhile; whoever sent them:
// packages go on. None is counted that was amended since it was read.
UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})
WHERE $scope.all OR $scope.enterprise <> ''
SET n.touched = coalesce(n.touched, 0) + 1
WITH n, row
WHERE n.departedAt = row.at AND n.destination = row.destination
RETURN count(n) AS claimed
