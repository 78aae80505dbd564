// What each shipment lists, and its times. An unreceived shipment has no receivedAt.
UNWIND $ids AS id
MATCH (h:Shipment {id: id})<-[:SHIPPED_IN]-(n)
WHERE $scope.some
RETURN id, h.departedAt AS departedAt, h.receivedAt AS receivedAt, h.destination AS destination,
       h.missing AS missing, collect([n.id, n.level]) AS packages
