// Claims the shipments that receipts are for, if nobody changed them since they were read. One that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR $scope.enterprise <> ''
MERGE (n:Shipment {id: row.id})
SET n.owner = split(row.id, '/')[1], n.touched = coalesce(n.touched, 0) + 1
WITH n, row
WHERE coalesce(n.version, 0) = row.expected
RETURN count(n) AS touched
