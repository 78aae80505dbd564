// coalesce: or else Neo4j may start from every n past $after.
// The first few packages that were in each package at a time, by id.
UNWIND $ids AS id
CALL (id) {
    MATCH (:Package {id: id})-[stay:CONTAINS]->(n:Package)
    WHERE ($scope.all OR n.owner IN $scope.owners) AND n.version IS NOT NULL AND coalesce(n.id, '') > $after
      AND stay.from <= $at AND $at < stay.until
    RETURN DISTINCT n.id AS met ORDER BY met LIMIT $limit
}
RETURN id, collect(met) AS found
