// Calls of which no recipient has been told yet, the oldest first: marked in the transaction that wrote what they tell of.
MATCH (a:AuditEntry)
WHERE a.awaits = 'DELIVERY' AND a.id > '' AND $scope.all
WITH a ORDER BY a.awaits, a.id LIMIT $limit
RETURN collect([a.id, a.enterprise, a.action, CASE WHEN a.enterprise IS NULL THEN a.records ELSE [] END]) AS found
