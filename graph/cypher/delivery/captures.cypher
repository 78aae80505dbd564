// The calls by which an enterprise captured events, from one on.
MATCH (a:AuditEntry)
WHERE a.enterprise = $scope.enterprise AND a.id > $after AND a.action = 'captureEvents'
WITH a ORDER BY a.enterprise, a.id LIMIT $limit
RETURN collect(a.id) AS found
