// Partners of every enterprise, the newest first.
MATCH (r:Recipient)
WHERE $scope.all AND r.id < $before AND r.kind = 'PARTNER'
WITH r ORDER BY r.id DESC LIMIT $limit
RETURN collect(properties(r)) AS entries
