// Recipients that wait for something to be recorded wait no longer. Setting the ID takes the lock before the rest is looked at.
UNWIND $ids AS id
MATCH (r:Recipient {id: id})
WHERE $scope.all OR r.owner = $scope.enterprise
SET r.id = id
WITH r
WHERE r.idle
SET r.nextAt = $now, r.idle = false
RETURN count(r) AS woken
