// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site; sort=id; bounds=n.id >= $low AND n.id <= $high; order=ASC,DESC
// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site; sort=recordedAt; bounds=n.recordedAt >= $low AND n.recordedAt <= $high; order=ASC,DESC
// variants: label=MilkDelivery; sort=arrivedAt; bounds=n.arrivedAt >= $low AND n.arrivedAt <= $high; order=ASC,DESC
// variants: label=IngredientLot; sort=receivedAt; bounds=n.receivedAt >= $low AND n.receivedAt <= $high; order=ASC,DESC
// variants: label=ProductionBatch; sort=productionDate; bounds=n.productionDate >= $low AND n.productionDate <= $high; order=ASC,DESC
// variants: label=ProductionBatch; sort=startedAt; bounds=n.startedAt >= $low AND n.startedAt <= $high; order=ASC,DESC
// variants: label=Package; sort=packedAt; bounds=n.packedAt >= $low AND n.packedAt <= $high; order=ASC,DESC
// variants: label=Shipment; sort=departedAt; bounds=n.departedAt >= $low AND n.departedAt <= $high; order=ASC,DESC
// variants: label=Enterprise,Farm,IngredientLot,Product,Site; sort=nameOrder; bounds=n.nameOrder >= $low AND n.nameOrder <= $high; order=ASC,DESC
// A page among given records: those that a search found, or whose numbers are given.
UNWIND $ids AS wanted
MATCH (n:%label% {id: wanted})
WHERE ($scope.all OR n.owner = $scope.enterprise)
  AND %bounds% AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n ORDER BY n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
