// A query that an enterprise has named, for who reads what that enterprise captured.
MATCH (q:NamedQuery {id: $id})
WHERE $scope.all OR q.owner IN $scope.owners
RETURN collect(properties(q)) AS found
