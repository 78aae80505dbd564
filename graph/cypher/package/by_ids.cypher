// Each record's fields, under the names of the attributes that they become. The code as printed is the owner's code, a dot and the number.
UNWIND $ids AS id
MATCH (n:Package {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, code: n.owner + '.' + n.number, level: n.level, batch_id: n.batch, packed_at: n.packedAt
}) AS records
