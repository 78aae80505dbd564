// variants: label=Farm,Enterprise; edge=SUPPLIED
// variants: label=MilkDelivery,IngredientLot; edge=CONSUMED_BY
// variants: label=ProductionBatch; edge=CONSUMED_BY|UNTOLD_TO
// What was supplied by, or used from, each record: one row a record. Hidden records are walked through, so only
// IDs, times and quantities leave the graph here, whatever $scope.all says.
UNWIND $ids AS id
MATCH (n:%label% {id: id})-[e:%edge%]->(m)
WHERE $scope.some
RETURN id, collect([m.id, e.at, e.quantityKg]) AS links
