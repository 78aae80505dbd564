// How many calls of one enterprise have recorded anything.
MATCH (a:AuditEntry)
WHERE a.enterprise = $scope.enterprise AND NOT $scope.all AND a.id IS NOT NULL
RETURN count(a) AS total
