// Of shipments that the viewer may know as a neighbour, which is asked before: the fields that both parties share.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE n.version IS NOT NULL AND $scope.some
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: n.number, origin_id: n.origin, destination_id: n.destination, departed_at: n.departedAt,
    received_at: n.receivedAt
}) AS records
