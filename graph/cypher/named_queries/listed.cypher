// The queries of the viewer's enterprise, in the order of their names.
MATCH (q:NamedQuery)
WHERE q.owner = $scope.enterprise AND q.id > ''
WITH q ORDER BY q.owner, q.id
RETURN collect(properties(q)) AS found
