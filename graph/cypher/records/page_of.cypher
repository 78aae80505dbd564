// variants: source=(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery); sort=id,arrivedAt,recordedAt; order=ASC,DESC
// variants: source=(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot); sort=id,nameOrder,receivedAt,recordedAt; order=ASC,DESC
// variants: source=(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch); sort=id,productionDate,startedAt,recordedAt; order=ASC,DESC
// variants: source=(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package); sort=id,packedAt,recordedAt; order=ASC,DESC
// variants: source=(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment),(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment); sort=id,departedAt,recordedAt; order=ASC,DESC
// variants: source=(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery); sort=id,time,recordedAt; order=ASC,DESC
// A page of what hangs on one record. The other record need not be the viewer's: the viewer's own records name it.
MATCH %source%
WHERE ($scope.all OR n.owner IN $scope.owners OR split(n.destination, '/')[1] IN $scope.owners OR split(n.origin, '/')[1] IN $scope.owners)
  AND n.%sort% >= $low AND n.%sort% <= $high AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH DISTINCT n ORDER BY n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
