// Recipients for which it is time, and that nobody serves.
MATCH (r:Recipient)
WHERE r.state = 'ACTIVE' AND r.nextAt <= $now AND $scope.all AND r.leaseUntil <= $now
WITH r ORDER BY r.state, r.nextAt LIMIT $limit
RETURN collect([r.id, r.owner]) AS found
