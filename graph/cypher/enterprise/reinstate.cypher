// Ends the suspension of an enterprise, where there is one.
MATCH (n:Enterprise {id: $id})
WHERE $scope.all AND n.suspendedAt > 0
SET n.id = $id
WITH n
WHERE n.suspendedAt > 0
SET n.suspendedAt = null
RETURN count(n) AS reinstated
