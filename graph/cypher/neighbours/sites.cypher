// Which of the sites are at the other end of a shipment that the viewer recorded, or that left from or is bound for one of its own.
UNWIND $ids AS id
MATCH (n:Site {id: id})<-[:SENT_FROM|BOUND_FOR]-(s:Shipment)
WHERE s.owner IN $scope.owners OR split(s.destination, '/')[1] IN $scope.owners OR split(s.origin, '/')[1] IN $scope.owners
RETURN collect(DISTINCT id) AS known
