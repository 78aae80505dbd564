// variants: label=Enterprise,Farm,Product,Site; sort=id,nameOrder,recordedAt; order=ASC,DESC
// variants: label=MilkDelivery; sort=id,arrivedAt,recordedAt; order=ASC,DESC
// variants: label=IngredientLot; sort=id,nameOrder,receivedAt,recordedAt; order=ASC,DESC
// variants: label=ProductionBatch; sort=id,productionDate,startedAt,recordedAt; order=ASC,DESC
// variants: label=Package; sort=id,packedAt,recordedAt; order=ASC,DESC
// variants: label=Shipment; sort=id,departedAt,recordedAt; order=ASC,DESC
// A page among given records: those that a search found, or whose numbers are given.
UNWIND $ids AS wanted
MATCH (n:%label% {id: wanted})
WHERE ($scope.all OR n.owner IN $scope.owners)
  AND n.%sort% >= $low AND n.%sort% <= $high AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n ORDER BY n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
