// Stays from an earlier commissioning of the caller's own packages.
UNWIND $rows AS row
MATCH (:Package)-[s:CONTAINS]->(n:Package {id: row.id})
WHERE s.commissioned AND ($scope.all OR n.owner = $scope.enterprise)
DELETE s
RETURN count(*) AS dropped
