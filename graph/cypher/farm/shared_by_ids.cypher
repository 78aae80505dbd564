// Of farms, the PUBLIC and SHARED fields, for who reads those of everybody.
UNWIND $ids AS id
MATCH (n:Farm {id: id})
WHERE n.version IS NOT NULL AND $scope.all
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: null, name: null, address: null
}) AS records
