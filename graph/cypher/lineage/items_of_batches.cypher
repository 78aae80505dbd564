// The items of each batch and when each was packed, as two lists of equal length.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[e:PACKED_INTO]->(i)
WHERE $scope.some
RETURN id, collect(i.id) AS items, collect(e.at) AS times
