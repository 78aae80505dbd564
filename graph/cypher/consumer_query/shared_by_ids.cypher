// Of look-ups, the PUBLIC and SHARED fields, for who reads those of everybody.
UNWIND $ids AS id
MATCH (n:ConsumerQuery {id: id})
WHERE n.version IS NOT NULL AND $scope.all
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: null, code: null, time: null, channel: null, place: null, verdict: null,
    count: null
}) AS records
