// How many calls have recorded anything.
MATCH (a:AuditEntry)
WHERE a.id > '' AND $scope.all
RETURN count(a) AS total
