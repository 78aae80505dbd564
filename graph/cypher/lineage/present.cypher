// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,ProductionBatch,Package,Shipment,Site,ConsumerQuery
// Which of the records are known at all, and which of those have come.
UNWIND $ids AS id
MATCH (n:%label% {id: id})
WHERE $scope.all OR n.owner IN $scope.owners OR $any
RETURN id, n.version IS NOT NULL AS come, n.level AS level
