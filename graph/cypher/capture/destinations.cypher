// Where each shipment is bound for, of those that the caller sent, or that are bound for a site of its own.
UNWIND $ids AS id
MATCH (n:Shipment {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner = $scope.enterprise OR split(n.destination, '/')[1] = $scope.enterprise)
RETURN collect([id, n.destination]) AS destinations
