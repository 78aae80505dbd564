// Every stay of each package in a parent, whoever owns the parent: a package is in one at a time. With `out`: no stay, but a REMOVE
// whose stay was taken back or ends earlier.
UNWIND $ids AS id
MATCH (n:Package {id: id})<-[s:CONTAINS|TAKEN_OUT]-(p:Package)
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([id, p.id, s.from, s.until, s.commissioned, s.added, s.out]) AS stays
