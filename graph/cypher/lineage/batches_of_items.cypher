// The batch of origin of each item; or the events that tell of an origin that is not recorded.
UNWIND $ids AS id
MATCH (i:Package {id: id})<-[e:PACKED_INTO|UNTOLD_FROM]-(b)
WHERE $scope.some
RETURN b.id AS batch, b.version IS NULL AS missing, collect(id) AS items, collect(e.at) AS times
