// Of shipments that left from, or are bound for, a site of the viewer's: the fields that both parties share.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE n.version IS NOT NULL AND (n.destination STARTS WITH $scope.sites OR n.origin STARTS WITH $scope.sites)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: n.number, origin_id: n.origin, destination_id: n.destination, departed_at: n.departedAt,
    received_at: n.receivedAt
}) AS records
