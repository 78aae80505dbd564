// The codes of all enterprises that are suspended.
MATCH (n:Enterprise)
WHERE $scope.all AND n.suspendedAt > 0
RETURN collect(n.owner) AS codes
