// variants: source=(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery)
// variants: source=(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot)
// variants: source=(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch)
// variants: source=(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package)
// variants: source=(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment),(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment)
// variants: source=(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery)
// As count, of what hangs on one record.
MATCH %source%
WHERE ($scope.all OR n.owner IN $scope.owners OR split(n.destination, '/')[1] IN $scope.owners OR split(n.origin, '/')[1] IN $scope.owners)
  AND n.id >= $low AND n.id <= $high AND n.version IS NOT NULL
  AND all(f IN $among WHERE n[f[0]] IN f[1]) AND all(f IN $between WHERE n[f[0]] >= f[1] AND n[f[0]] < f[2])
  AND all(f IN $starting WHERE n[f[0]] STARTS WITH f[1])
RETURN count(DISTINCT n) AS total
