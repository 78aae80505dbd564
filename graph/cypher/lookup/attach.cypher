// Joins look-ups to the packages that they looked up, those that have come.
UNWIND $queries AS q
MATCH (p:Package {id: q.package})
MATCH (n:ConsumerQuery {id: q.id})
WHERE $scope.public AND p.version IS NOT NULL
CREATE (p)-[:QUERIED_AS]->(n)
