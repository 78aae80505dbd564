// Which of the shipments left from, or are bound for, a site of the viewer's.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE split(n.destination, '/')[1] IN $scope.owners OR split(n.origin, '/')[1] IN $scope.owners
RETURN collect(id) AS known
