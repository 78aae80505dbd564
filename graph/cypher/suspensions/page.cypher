// Suspensions, the newest first. There are few: one index serves every viewer.
MATCH (s:Suspension)
WHERE s.id < $before AND ($scope.all OR s.owner IN $scope.owners) AND ($lifted OR s.liftedAt IS NULL)
WITH s ORDER BY s.id DESC LIMIT $limit
RETURN collect(properties(s)) AS found
