// Each record's fields, under the names of the attributes that they become. Its packages may be thousands: they are read by their edges, a page at a time.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, origin_id: n.origin, destination_id: n.destination, departed_at: n.departedAt,
    received_at: n.receivedAt
}) AS records
