// What enterprises said of the arrival of shipments that the caller sent or is the destination of.
UNWIND $rows AS row
MATCH (r:Receipt {id: row.receipt})
WHERE $scope.all OR split(row.shipment, '/')[1] = $scope.enterprise OR split(row.destination, '/')[1] = $scope.enterprise
RETURN collect([row.shipment, r.owner, r.receivedAt, r.missing]) AS receipts
