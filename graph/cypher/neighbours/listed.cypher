// variants: edge=SHIPPED_IN,MISSING_FROM
// The packages of shipments that the viewer sent or got; which of them it may know is asked next.
UNWIND $ids AS id
MATCH (s:Shipment {id: id})<-[:%edge%]-(n:Package)
WHERE n.version IS NOT NULL
  AND (s.owner IN $scope.owners OR split(s.destination, '/')[1] IN $scope.owners OR split(s.origin, '/')[1] IN $scope.owners)
RETURN id, collect(DISTINCT n.id) AS packages
