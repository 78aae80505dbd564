// What one enterprise recorded, the newest first, in the order of the index on (enterprise, id).
MATCH (a:AuditEntry)
WHERE a.enterprise = $scope.enterprise AND NOT $scope.all AND a.id < $before
WITH a ORDER BY a.enterprise DESC, a.id DESC LIMIT $limit
RETURN collect({
    id: a.id, at: a.at, subject: a.actor, role: a.role, enterprise: a.enterprise, action: a.action, address: a.address,
    created: size([s IN coalesce(a.statuses, []) WHERE s = 'CREATED']), updated: size([s IN coalesce(a.statuses, []) WHERE s = 'UPDATED'])
}) AS entries
