// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Site,Shipment
// Which of the IDs, all of them the caller's own, have been recorded.
UNWIND $ids AS id
MATCH (n:%label% {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner = $scope.enterprise)
RETURN collect(n.id) AS present
