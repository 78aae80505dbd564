// What a call recorded: the IDs of the records, and of the packages that went into others or came out.
MATCH (a:AuditEntry {id: $id})
WHERE $scope.all OR a.enterprise IS NULL OR a.enterprise = $scope.enterprise
RETURN a.records AS records, coalesce(a.children, []) AS children
