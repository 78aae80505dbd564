// The packages of others into which one enterprise put something, or from which it took something, by the log of its calls.
MATCH (a:AuditEntry)
WHERE a.enterprise = $owner AND ($scope.all OR a.enterprise IN $scope.owners) AND a.id > $after AND a.action = 'aggregatePackages'
WITH a ORDER BY a.enterprise, a.id LIMIT $limit
RETURN collect([a.id, [r IN a.records WHERE split(r, '/')[1] <> $owner]]) AS calls
