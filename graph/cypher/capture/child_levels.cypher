// The levels of the packages that were ever in each package: how many there are of each, and one of them.
UNWIND $ids AS id
MATCH (n:Package {id: id})-[:CONTAINS]->(c:Package)
WHERE c.level IS NOT NULL AND ($scope.all OR n.owner = $scope.enterprise)
WITH id, c.level AS level, count(DISTINCT c.id) AS children, min(c.id) AS example
RETURN collect([id, level, children, example]) AS levels
