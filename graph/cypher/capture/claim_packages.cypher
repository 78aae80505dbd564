// Claims what a shipment carries, whoever owns it, so that none of it is put elsewhere until the shipment is amended.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})
WHERE $scope.all OR $scope.enterprise <> ''
SET n.touched = coalesce(n.touched, 0) + 1
RETURN count(n) AS claimed
