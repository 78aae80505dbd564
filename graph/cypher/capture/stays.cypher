// Every stay of each package in a parent, whoever owns the parent: a package is in one at a time.
UNWIND $ids AS id
MATCH (p:Package)-[s:CONTAINS]->(n:Package {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([id, p.id, s.from, s.until, s.commissioned]) AS stays
