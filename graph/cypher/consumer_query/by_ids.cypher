// Each record's fields, under the names of the attributes that they become.
UNWIND $ids AS id
MATCH (n:ConsumerQuery {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, code: n.code, time: n.time, channel: n.channel, place: n.place, verdict: n.verdict,
    count: n.count
}) AS records
