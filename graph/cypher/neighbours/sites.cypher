// Which of the sites are at the other end of a shipment that the viewer recorded, or that left from or is bound for one of its own.
UNWIND $ids AS id
MATCH (n:Site {id: id})<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
WHERE s.owner = $scope.enterprise OR s.destination STARTS WITH $scope.sites OR s.origin STARTS WITH $scope.sites
RETURN collect(DISTINCT id) AS known
