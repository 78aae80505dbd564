// The stays of packages of which one enterprise told: in its own packages, or in those of others that it held.
UNWIND $ids AS id
MATCH (c:Package {id: id})<-[s:CONTAINS]-(p:Package)
WHERE ($scope.all OR $owner IN $scope.owners) AND (p.owner = $owner OR s.addedBy = $owner OR s.removedBy = $owner)
RETURN collect([id, p.id, s.from, s.until, s.commissioned, s.added, s.addedBy, s.removedBy]) AS stays
