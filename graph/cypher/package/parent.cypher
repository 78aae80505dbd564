// What each package was in at a time. It is in one at most; were there two, the one it went into last.
UNWIND $ids AS id
MATCH (:Package {id: id})<-[stay:CONTAINS]-(n:Package)
WHERE ($scope.all OR n.owner IN $scope.owners) AND n.version IS NOT NULL AND stay.from <= $at AND $at < stay.until
WITH id, n.id AS parent, stay.from AS from ORDER BY from, parent
RETURN id, last(collect(parent)) AS parent
