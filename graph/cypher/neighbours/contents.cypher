// The packages in packages at a time; which of them the viewer may know is asked next.
UNWIND $ids AS id
MATCH (:Package {id: id})-[stay:CONTAINS]->(n:Package)
WHERE n.version IS NOT NULL AND $scope.some AND stay.from <= $at AND $at < stay.until
RETURN id, collect(DISTINCT n.id) AS packages
