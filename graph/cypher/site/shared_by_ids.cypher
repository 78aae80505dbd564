// Of sites at the other end of the viewer's shipments: the fields that both parties share.
UNWIND $ids AS id
MATCH (n:Site {id: id})<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
WHERE n.version IS NOT NULL
  AND (s.owner = $scope.enterprise OR s.destination STARTS WITH $scope.sites OR s.origin STARTS WITH $scope.sites)
WITH DISTINCT n
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: n.number, site_kind: n.siteKind, name: n.name, address: n.address
}) AS records
