// Joins look-ups to the packages that they looked up.
UNWIND $queries AS q
MATCH (p:Package {id: q.package})
MATCH (n:ConsumerQuery {id: q.id})
WHERE $scope.public
CREATE (p)-[:QUERIED_AS]->(n)
