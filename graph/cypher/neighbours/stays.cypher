// What each package was in, and when (for the relation alone: nothing of it is shown).
UNWIND $ids AS id
MATCH (n:Package {id: id})<-[stay:CONTAINS]-(p:Package)
WHERE $scope.some
RETURN id, collect([p.id, stay.from, stay.until]) AS stays
