// What decides about a receipt: the times, the destination and whether anything is listed, of shipments, whoever sent them.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([n.id, coalesce(n.version, 0), n.departedAt, n.destination, size(coalesce(n.packages, []))]) AS facts
