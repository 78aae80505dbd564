// The batch of origin of each item.
UNWIND $ids AS id
MATCH (i:Package {id: id})<-[e:PACKED_INTO]-(b)
WHERE $scope.some
RETURN b.id AS batch, b.version IS NULL AS missing, collect(id) AS items, collect(e.at) AS times
