// Whether the viewer has ever recorded a shipment, be it between sites of others.
UNWIND $scope.owners AS owner
MATCH (s:Shipment)
WHERE s.owner = owner AND s.id IS NOT NULL
RETURN s.id AS id LIMIT 1
