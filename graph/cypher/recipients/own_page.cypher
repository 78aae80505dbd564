// Partners of one enterprise, the newest first.
MATCH (r:Recipient)
WHERE r.owner = $scope.enterprise AND NOT $scope.all AND r.id < $before AND r.kind = 'PARTNER'
WITH r ORDER BY r.owner DESC, r.id DESC LIMIT $limit
RETURN collect(properties(r)) AS entries
