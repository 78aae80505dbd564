// The levels of the packages that each package was ever in.
UNWIND $ids AS id
MATCH (n:Package {id: id})<-[:CONTAINS]-(p:Package)
WHERE p.level IS NOT NULL AND ($scope.all OR $scope.enterprise <> '')
WITH id, p.level AS level, min(p.id) AS example
RETURN collect([id, level, example]) AS levels
