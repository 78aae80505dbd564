// Calls that every recipient has been told of, or is to be by what the same transaction writes.
UNWIND $ids AS id
MATCH (a:AuditEntry {id: id})
WHERE $scope.all
SET a.awaits = NULL
RETURN count(a) AS told
