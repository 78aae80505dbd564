// As put, for packages: `touched` counts the changes of a package's stays, so that one put into a parent meanwhile is not missed.
UNWIND $rows AS row
WITH row, split(row.id, '/')[1] AS owner
WHERE $scope.all OR owner = $scope.enterprise
MERGE (n:Package {id: row.id})
SET n.owner = owner
WITH n, row
WHERE coalesce(n.version, 0) = row.expected AND coalesce(n.touched, 0) = row.touched
SET n += row.content, n.version = row.expected + 1, n.digest = row.digest, n.touched = row.touched + 1,
    n.recordedAt = $at, n.recordedBy = $by, n.auditId = $audit
RETURN count(n) AS written
