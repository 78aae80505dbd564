// How many items were packed from each batch.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[:PACKED_INTO]->(i)
WHERE $scope.some
RETURN id, count(i) AS items
