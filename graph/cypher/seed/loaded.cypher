// Whether a chunk was loaded before: its audit entry is written in its transaction.
MATCH (a:AuditEntry {id: $id})
WHERE $scope.all OR a.enterprise = $scope.enterprise
RETURN count(a) AS loaded
