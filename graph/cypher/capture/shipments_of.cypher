// The shipments that list each package, left by a time (in ms), and were sent by the caller or are bound for a site of its own.
UNWIND $rows AS row
MATCH (p:Package {id: row.id})-[:SHIPPED_IN]->(n:Shipment)
WHERE n.version IS NOT NULL AND n.departedAt <= row.at
  AND ($scope.all OR n.owner = $scope.enterprise OR split(n.destination, '/')[1] = $scope.enterprise)
RETURN collect([row.id, row.at, n.id, n.departedAt, n.destination]) AS shipments
