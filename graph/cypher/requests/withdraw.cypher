// As decide, by the side that made the request.
MATCH (r:AccessRequest {id: $id})
WHERE r.asker = $asker AND coalesce(r.enterprise, '') = $scope.enterprise
SET r.id = $id
WITH r
WHERE r.touched = $expected
SET r += $changes, r.touched = $expected + 1
RETURN count(r) AS decided
