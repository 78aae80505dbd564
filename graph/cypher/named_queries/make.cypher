// A query of the viewer's enterprise, by a name; one of that name stays as it is.
WITH $query AS query
WHERE query.owner = $scope.enterprise
MERGE (q:NamedQuery {id: query.id})
ON CREATE SET q += query
RETURN q.text AS text
