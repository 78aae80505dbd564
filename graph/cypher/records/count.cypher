// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site,ConsumerQuery
// How many records of a kind the viewer may read and the filter lets through. $low and $high stand around the viewer's own IDs.
MATCH (n:%label%)
WHERE ($scope.all OR n.owner IN $scope.owners)
  AND n.id >= $low AND n.id <= $high AND n.version IS NOT NULL
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
RETURN count(n) AS total
