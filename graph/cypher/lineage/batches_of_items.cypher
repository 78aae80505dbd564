// The batch of origin of each item.
UNWIND $ids AS id
MATCH (b)-[e:PACKED_INTO]->(i:Package {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN b.id AS batch, b.version IS NULL AS missing, collect(id) AS items, collect(e.at) AS times
