// Letters that were given up of every enterprise, the newest first.
MATCH (l:Letter)
WHERE $scope.all AND l.id < $before AND l.state = 'DEAD'
WITH l ORDER BY l.id DESC LIMIT $limit
RETURN collect({
    id: l.id, owner: l.owner, recipient: l.recipient, name: l.name, to: l.to, madeAt: l.madeAt, triedAt: l.triedAt, attempts: l.attempts,
    detail: l.detail, records: l.records, bytes: l.bytes, digest: l.digest
}) AS entries
