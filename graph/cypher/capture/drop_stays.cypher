// Stays from an earlier commissioning of the caller's own packages.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})<-[s:CONTAINS]-(:Package)
WHERE s.commissioned AND ($scope.all OR n.owner = $scope.enterprise)
DELETE s
RETURN count(*) AS dropped
