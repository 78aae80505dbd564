// Recipients for which it is time, and that nobody serves; without those of some enterprises.
MATCH (r:Recipient)
WHERE r.state = 'ACTIVE' AND r.nextAt <= $now AND $scope.all AND r.leaseUntil <= $now AND NOT r.owner IN $passedOver
WITH r ORDER BY r.state, r.nextAt LIMIT $limit
RETURN collect([r.id, r.owner]) AS found
