// One owner's packages that were packed from a batch, in the order of their IDs.
MATCH (b:ProductionBatch {id: $batch})-[:PACKED_INTO]->(p:Package)
WHERE p.owner = $owner AND p.id > $after AND ($scope.all OR p.owner IN $scope.owners)
WITH p ORDER BY p.id LIMIT $limit
RETURN collect(p.id) AS found
