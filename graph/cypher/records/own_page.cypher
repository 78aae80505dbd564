// variants: label=Enterprise,Farm,Product,Site; sort=nameOrder,recordedAt; order=ASC,DESC
// variants: label=MilkDelivery; sort=arrivedAt,recordedAt; order=ASC,DESC
// variants: label=IngredientLot; sort=nameOrder,receivedAt,recordedAt; order=ASC,DESC
// variants: label=ProductionBatch; sort=productionDate,startedAt,recordedAt; order=ASC,DESC
// variants: label=Package; sort=packedAt,recordedAt; order=ASC,DESC
// variants: label=Shipment; sort=departedAt,recordedAt; order=ASC,DESC
// variants: label=ConsumerQuery; sort=time,recordedAt; order=ASC,DESC
// As page, over one owner's records, in the order of an index on (owner, sort, id).
MATCH (n:%label%)
WHERE n.owner = $scope.enterprise AND NOT $scope.all
  AND n.%sort% >= $low AND n.%sort% <= $high AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n ORDER BY n.owner %order%, n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
