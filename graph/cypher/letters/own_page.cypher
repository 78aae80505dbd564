// Letters that were given up of one enterprise, the newest first.
MATCH (l:Letter)
WHERE l.owner = $scope.enterprise AND NOT $scope.all AND l.id < $before AND l.state = 'DEAD'
WITH l ORDER BY l.owner DESC, l.id DESC LIMIT $limit
RETURN collect({
    id: l.id, owner: l.owner, recipient: l.recipient, name: l.name, to: l.to, madeAt: l.madeAt, triedAt: l.triedAt, attempts: l.attempts,
    detail: l.detail, records: l.records, bytes: l.bytes, digest: l.digest
}) AS entries
