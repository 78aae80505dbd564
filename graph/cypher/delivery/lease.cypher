// One deliverer alone serves a recipient, for a time. Setting the ID takes the lock before the rest is looked at.
MATCH (r:Recipient {id: $id})
WHERE $scope.all OR r.owner = $scope.enterprise
SET r.id = $id
WITH r
WHERE r.state = 'ACTIVE' AND r.nextAt <= $now AND r.leaseUntil <= $now
SET r.leaseBy = $by, r.leaseUntil = $until
RETURN collect(properties(r)) AS found
