// Whether a shipment that the viewer recorded, or that left from or is bound for one of its sites, has a site of another at its end.
MATCH (t:Site)
WHERE t.owner = $other AND t.id IS NOT NULL
MATCH (t)<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
WHERE s.owner = $scope.enterprise OR split(s.destination, '/')[1] = $scope.enterprise OR split(s.origin, '/')[1] = $scope.enterprise
RETURN s.id AS id LIMIT 1
