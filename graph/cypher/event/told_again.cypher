// Events of one owner of which more was recorded when they were told again, in the order in which that was: an index on (owner, againAt, id).
MATCH (n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
  AND n.againAt >= $low AND n.id > '' AND CASE n.againAt WHEN $low THEN n.id > $above ELSE true END
WITH n ORDER BY n.owner, n.againAt, n.id LIMIT $limit
RETURN collect([n.againAt, n.id, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS events
