// Stays that only an earlier commissioning of the caller's own packages has told.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})<-[s:CONTAINS]-(:Package)
WHERE s.commissioned AND NOT coalesce(s.added, false) AND ($scope.all OR n.owner = $scope.enterprise)
DELETE s
RETURN count(*) AS dropped
