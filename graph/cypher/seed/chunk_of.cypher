// The audit entry of the transaction that made a package.
MATCH (p:Package {id: $id})
WHERE p.version IS NOT NULL AND ($scope.all OR p.owner = $scope.enterprise)
RETURN p.auditId AS audit
