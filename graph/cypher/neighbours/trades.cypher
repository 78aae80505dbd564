// Whether the viewer has ever sent or got anything: who has not, has no neighbours.
MATCH (t:Site)
WHERE t.owner = $scope.enterprise AND t.id IS NOT NULL AND NOT $scope.all
MATCH (t)<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
RETURN s.id AS id LIMIT 1
