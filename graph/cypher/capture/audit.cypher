// What this transaction writes, and for whom.
WITH $entry AS entry
WHERE $scope.all OR entry.enterprise = $scope.enterprise
CREATE (a:AuditEntry {id: entry.id})
SET a += entry
RETURN count(a) AS entered
