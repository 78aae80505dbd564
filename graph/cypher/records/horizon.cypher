// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site,ConsumerQuery; sort=id; bounds=n.id >= $low AND n.id <= $high
// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Shipment,Site,ConsumerQuery; sort=recordedAt; bounds=n.recordedAt >= $low AND n.recordedAt <= $high
// variants: label=MilkDelivery; sort=arrivedAt; bounds=n.arrivedAt >= $low AND n.arrivedAt <= $high
// variants: label=IngredientLot; sort=receivedAt; bounds=n.receivedAt >= $low AND n.receivedAt <= $high
// variants: label=ProductionBatch; sort=productionDate; bounds=n.productionDate >= $low AND n.productionDate <= $high
// variants: label=ProductionBatch; sort=startedAt; bounds=n.startedAt >= $low AND n.startedAt <= $high
// variants: label=Package; sort=packedAt; bounds=n.packedAt >= $low AND n.packedAt <= $high
// variants: label=Shipment; sort=departedAt; bounds=n.departedAt >= $low AND n.departedAt <= $high
// variants: label=ConsumerQuery; sort=time; bounds=n.time >= $low AND n.time <= $high
// variants: label=Enterprise,Farm,IngredientLot,Product,Site; sort=nameOrder; bounds=n.nameOrder >= $low AND n.nameOrder <= $high
// How far the first $limit records reach, as an index gives them. ArcadeDB sorts whatever a page's bounds let in, index or not;
// this is a bound to sort within, right whatever the order in which it was found.
MATCH (n:%label%)
WHERE ($scope.all OR n.owner = $scope.enterprise)
  AND %bounds% AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n.%sort% AS key LIMIT $limit
RETURN count(key) AS found, max(key) AS furthest
