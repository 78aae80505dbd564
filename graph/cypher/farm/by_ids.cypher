// Each record's fields, under the names of the attributes that they become.
UNWIND $ids AS id
MATCH (n:Farm {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, name: n.name, address: n.address
}) AS records
