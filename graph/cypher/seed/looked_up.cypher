// Whether a look-up was loaded before.
MATCH (q:ConsumerQuery {id: $id})
WHERE $scope.all OR q.owner = $scope.enterprise
RETURN count(q) AS loaded
