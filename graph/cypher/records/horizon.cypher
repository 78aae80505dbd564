// variants: label=Enterprise,Farm,Product,Site; sort=id,nameOrder,recordedAt
// variants: label=MilkDelivery; sort=id,arrivedAt,recordedAt
// variants: label=IngredientLot; sort=id,nameOrder,receivedAt,recordedAt
// variants: label=ProductionBatch; sort=id,productionDate,startedAt,recordedAt
// variants: label=Package; sort=id,packedAt,recordedAt
// variants: label=Shipment; sort=id,departedAt,recordedAt
// variants: label=ConsumerQuery; sort=id,time,recordedAt
// How far the first $limit records reach, as an index gives them. ArcadeDB sorts whatever a page's bounds let in, index or not;
// this is a bound to sort within, right whatever the order in which it was found.
MATCH (n:%label%)
WHERE ($scope.all OR n.owner IN $scope.owners)
  AND n.%sort% >= $low AND n.%sort% <= $high AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n.%sort% AS key LIMIT $limit
RETURN count(key) AS found, max(key) AS furthest
