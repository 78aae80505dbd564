// One owner's packages, in the order of the index on (owner, id).
MATCH (p:Package)
WHERE p.owner = $owner AND p.id > $after AND ($scope.all OR p.owner IN $scope.owners)
WITH p ORDER BY p.owner, p.id LIMIT $limit
RETURN collect(p.id) AS found
