// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site
// As count, among given records: those that a search found, or whose numbers are given.
UNWIND $ids AS wanted
MATCH (n:%label% {id: wanted})
WHERE ($scope.all OR n.owner IN $scope.owners)
  AND n.id >= $low AND n.id <= $high AND n.version IS NOT NULL
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
RETURN count(n) AS total
