// Whether the recipient is still this deliverer's, with what it notes of it. Setting the ID takes the lock before the lease is looked at.
MATCH (r:Recipient {id: $id})
WHERE $scope.all OR r.owner = $scope.enterprise
SET r.id = $id
WITH r
WHERE r.leaseBy = $by
SET r += $changes
RETURN count(r) AS held
