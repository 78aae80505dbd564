// Suspends an enterprise since a time. One that is suspended already stays so since then. Setting the ID takes the lock before that is looked at.
WITH $id AS id
WHERE $scope.all
MERGE (n:Enterprise {id: id})
SET n.owner = $owner
WITH n, n.suspendedAt AS before
SET n.suspendedAt = coalesce(before, $at)
RETURN before, n.suspendedAt AS since
