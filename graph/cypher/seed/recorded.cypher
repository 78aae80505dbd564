// Whether anything was recorded: whatever writes records leaves an audit entry. Every ID comes after the empty text, and is indexed.
MATCH (a:AuditEntry)
WHERE a.id > '' AND ($scope.all OR a.enterprise = $scope.enterprise)
RETURN a.id AS id
LIMIT 1
