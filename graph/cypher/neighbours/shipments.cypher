// Which of the shipments left from, or are bound for, a site of the viewer's.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE n.destination STARTS WITH $scope.sites OR n.origin STARTS WITH $scope.sites
RETURN collect(id) AS known
