// Which shipments list each package, who sent them to whom, and when (for the relation alone: nothing of it is shown).
UNWIND $ids AS id
MATCH (n:Package {id: id})-[:SHIPPED_IN]->(s:Shipment)
WHERE s.departedAt IS NOT NULL AND s.destination IS NOT NULL AND $scope.some
RETURN id, collect([s.departedAt, s.id, s.owner, split(s.destination, '/')[1], s.destination]) AS carriages
