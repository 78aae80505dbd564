// The packages of others in these, of which one enterprise told.
UNWIND $ids AS id
MATCH (p:Package {id: id})-[s:CONTAINS]->(c:Package)
WHERE ($scope.all OR $owner IN $scope.owners) AND c.owner <> $owner AND (p.owner = $owner OR s.addedBy = $owner OR s.removedBy = $owner)
RETURN collect(DISTINCT c.id) AS contained
