// Claims packages for a change of their stays, another's among them, if nobody changed them since they were read. Nothing else of
// them is written. One that has not come is kept by its name. Setting the owner takes the lock before the count is looked at.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR $scope.enterprise <> ''
MERGE (n:Package {id: row.id})
SET n.owner = split(row.id, '/')[1]
WITH n, row
WHERE coalesce(n.touched, 0) = row.touched
SET n.touched = row.touched + 1
RETURN count(n) AS touched
