// Suspends an enterprise since a time, or, without one, reinstates it. One that is suspended already stays so since then.
WITH $id AS id
WHERE $scope.all
MERGE (n:Enterprise {id: id})
SET n.owner = $owner, n.suspendedAt = CASE WHEN $at IS NULL THEN null ELSE coalesce(n.suspendedAt, $at) END
RETURN n.suspendedAt AS since
