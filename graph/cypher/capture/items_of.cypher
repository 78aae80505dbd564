// The packages that were packed from batches.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[:PACKED_INTO]->(i:Package)
WHERE $scope.all
RETURN collect(i.id) AS items
