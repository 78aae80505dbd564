// variants: source=(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery),(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot),(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch),(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package),(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment),(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment),(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery); sort=id; bounds=n.id >= $low AND n.id <= $high; order=ASC,DESC
// variants: source=(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery),(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot),(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch),(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package),(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment),(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment),(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery); sort=recordedAt; bounds=n.recordedAt >= $low AND n.recordedAt <= $high; order=ASC,DESC
// variants: source=(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery); sort=arrivedAt; bounds=n.arrivedAt >= $low AND n.arrivedAt <= $high; order=ASC,DESC
// variants: source=(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot); sort=receivedAt; bounds=n.receivedAt >= $low AND n.receivedAt <= $high; order=ASC,DESC
// variants: source=(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch); sort=productionDate; bounds=n.productionDate >= $low AND n.productionDate <= $high; order=ASC,DESC
// variants: source=(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch); sort=startedAt; bounds=n.startedAt >= $low AND n.startedAt <= $high; order=ASC,DESC
// variants: source=(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package); sort=packedAt; bounds=n.packedAt >= $low AND n.packedAt <= $high; order=ASC,DESC
// variants: source=(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment),(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment); sort=departedAt; bounds=n.departedAt >= $low AND n.departedAt <= $high; order=ASC,DESC
// variants: source=(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery); sort=time; bounds=n.time >= $low AND n.time <= $high; order=ASC,DESC
// variants: source=(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot); sort=nameOrder; bounds=n.nameOrder >= $low AND n.nameOrder <= $high; order=ASC,DESC
// A page of what hangs on one record. The other record need not be the viewer's: the viewer's own records name it.
MATCH %source%
WHERE ($scope.all OR n.owner = $scope.enterprise OR n.destination STARTS WITH $scope.sites OR n.origin STARTS WITH $scope.sites)
  AND %bounds% AND n.id IS NOT NULL AND n.version IS NOT NULL
  AND CASE n.%sort% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%sort% WHEN $high THEN n.id < $below ELSE true END
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
WITH DISTINCT n ORDER BY n.%sort% %order%, n.id %order% LIMIT $limit
RETURN collect([n.id, n.%sort%]) AS found
