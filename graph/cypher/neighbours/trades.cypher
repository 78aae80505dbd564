// Whether the viewer has ever sent or got anything: who has not, has no neighbours.
UNWIND $scope.owners AS owner
MATCH (t:Site)
WHERE t.owner = owner AND t.id IS NOT NULL
MATCH (t)<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
RETURN s.id AS id LIMIT 1
