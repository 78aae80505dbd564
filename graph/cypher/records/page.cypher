// variants: label=Enterprise,Farm,Product,Site; sort=id,nameOrder,recordedAt; order=ASC,DESC
// variants: label=MilkDelivery; sort=id,arrivedAt,recordedAt; order=ASC,DESC
// variants: label=IngredientLot; sort=id,nameOrder,receivedAt,recordedAt; order=ASC,DESC
// variants: label=ProductionBatch; sort=id,productionDate,startedAt,recordedAt; order=ASC,DESC
// variants: label=Package; sort=id,packedAt,recordedAt; order=ASC,DESC
// variants: label=Shipment; sort=id,departedAt,recordedAt; order=ASC,DESC
// variants: label=ConsumerQuery; sort=id,time,recordedAt; order=ASC,DESC
// A page over one kind of record, in the order of an index on (sort, id). Of those with the very value $low only IDs past $above count,
// of those with $high only IDs before $below; in a CASE, since an OR would be planned as a union over the whole label.
// By id, $low and $high stand around the viewer's own IDs, so that one index serves every viewer.
MATCH (n:%label%)
WHERE ($scope.all OR n.owner IN $scope.owners)
  AND n.%sort% >= $low AND n.%sort% <= $high AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH n ORDER BY n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
