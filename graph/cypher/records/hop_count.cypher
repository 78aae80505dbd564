// variants: hop=(:Farm {id: id})-[:SUPPLIED]->(n:MilkDelivery)
// variants: hop=(:Enterprise {id: id})-[:SUPPLIED]->(n:IngredientLot)
// variants: hop=(:MilkDelivery {id: id})-[:CONSUMED_BY]->(n:ProductionBatch),(:IngredientLot {id: id})-[:CONSUMED_BY]->(n:ProductionBatch)
// variants: hop=(:ProductionBatch {id: id})-[:CONSUMED_BY]->(n:ProductionBatch)
// variants: hop=(:Product {id: id})<-[:MAKES]-(n:ProductionBatch)
// variants: hop=(:ProductionBatch {id: id})-[:PACKED_INTO]->(n:Package)
// variants: hop=(:Package {id: id})-[:SHIPPED_IN]->(n:Shipment),(:Package {id: id})-[:QUERIED_AS]->(n:ConsumerQuery)
// variants: hop=(:Shipment {id: id})<-[:SHIPPED_IN]-(n:Package),(:Shipment {id: id})<-[:MISSING_FROM]-(n:Package)
// variants: hop=(:Site {id: id})<-[:DELIVERED_TO]-(n:Shipment)
// For each of many records, how many hang on it.
UNWIND $ids AS id
MATCH %hop%
WHERE ($scope.all OR n.owner IN $scope.owners OR split(n.destination, '/')[1] IN $scope.owners OR split(n.origin, '/')[1] IN $scope.owners) AND n.version IS NOT NULL
RETURN id, count(DISTINCT n) AS total
