// Every stay in a parent of every item of the batches: one row for each parent and interval.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[:PACKED_INTO]->(i)<-[c:CONTAINS]-(k)
WHERE $scope.some
RETURN k.id AS parent, c.from AS start, c.until AS end, collect(i.id) AS packages
