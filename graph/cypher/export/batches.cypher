// As page, for batches, in the order of the index on (owner, startedAt, id): what goes into a batch was most often made before it.
MATCH (n:ProductionBatch)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.startedAt >= $from AND n.id > '' AND n.version IS NOT NULL
  AND (n.startedAt > $from OR n.id > $after)
WITH n ORDER BY n.owner, n.startedAt, n.id LIMIT $limit
RETURN collect(properties(n)) AS found
