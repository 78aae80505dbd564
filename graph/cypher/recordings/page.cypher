// What everybody recorded, the newest first.
MATCH (a:AuditEntry)
WHERE $scope.all AND a.id < $before
WITH a ORDER BY a.id DESC LIMIT $limit
RETURN collect({
    id: a.id, at: a.at, subject: a.actor, role: a.role, enterprise: a.enterprise, action: a.action, address: a.address,
    created: size([s IN coalesce(a.statuses, []) WHERE s = 'CREATED']), updated: size([s IN coalesce(a.statuses, []) WHERE s = 'UPDATED'])
}) AS entries
