// variants: label=MilkDelivery,IngredientLot; edge=SUPPLIED
// variants: label=ProductionBatch; edge=CONSUMED_BY|UNTOLD_FROM
// Where each record came from: one row a record. The last element says that the source has not come.
UNWIND $ids AS id
MATCH (n:%label% {id: id})<-[e:%edge%]-(m)
WHERE $scope.some
RETURN id, collect([m.id, e.at, e.quantityKg, m.version IS NULL]) AS links
