// How many packages were in each package at a time.
UNWIND $ids AS id
MATCH (:Package {id: id})-[stay:CONTAINS]->(n:Package)
WHERE ($scope.all OR n.owner IN $scope.owners) AND n.version IS NOT NULL AND stay.from <= $at AND $at < stay.until
RETURN id, count(DISTINCT n) AS total
