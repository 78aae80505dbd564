// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Site,Shipment
// Which of the IDs, all of them the caller's own, have been recorded, and from when on each could be used, for what has such a time.
UNWIND $ids AS id
MATCH (n:%label% {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner = $scope.enterprise)
RETURN collect([n.id, coalesce(n.startedAt, n.packedAt, n.receivedAt, n.arrivedAt)]) AS present
