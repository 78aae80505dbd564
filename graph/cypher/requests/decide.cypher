// What was decided, if nobody decided meanwhile. Setting the ID takes the lock before the count is looked at.
MATCH (r:AccessRequest {id: $id})
WHERE r.owner = $scope.enterprise OR ($platform AND r.approver IS NOT NULL)
SET r.id = $id
WITH r
WHERE r.touched = $expected
SET r += $changes, r.touched = $expected + 1
RETURN count(r) AS decided
