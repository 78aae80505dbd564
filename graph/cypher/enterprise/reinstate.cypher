// Ends the suspension of an enterprise, where there is one. Setting the ID takes the lock before that is looked at.
MATCH (n:Enterprise {id: $id})
WHERE $scope.all
SET n.id = $id
WITH n
WHERE n.suspendedAt > 0
SET n.suspendedAt = null
RETURN count(n) AS reinstated
