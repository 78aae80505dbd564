// What is, or was, directly in packages.
UNWIND $ids AS id
MATCH (p:Package {id: id})-[:CONTAINS]->(c:Package)
WHERE $scope.all
RETURN collect(DISTINCT c.id) AS contents
