// What was ever directly in each package, and when.
UNWIND $ids AS id
MATCH (k:Package {id: id})-[c:CONTAINS]->(n)
WHERE $scope.some
RETURN id, collect([n.id, c.from, c.until, n.level]) AS children
