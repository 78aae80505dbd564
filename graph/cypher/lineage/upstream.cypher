// variants: label=MilkDelivery,IngredientLot; edge=SUPPLIED
// variants: label=ProductionBatch; edge=CONSUMED_BY
// Where each record came from: one row a record. The last element says that the source has not come.
UNWIND $ids AS id
MATCH (m)-[e:%edge%]->(n:%label% {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN id, collect([m.id, e.at, e.quantityKg, m.version IS NULL]) AS links
