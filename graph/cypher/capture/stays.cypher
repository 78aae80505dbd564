// Every stay of each package in a parent, whoever owns the parent: a package is in one at a time.
UNWIND $ids AS id
MATCH (n:Package {id: id})<-[s:CONTAINS]-(p:Package)
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([id, p.id, s.from, s.until, s.commissioned]) AS stays
