// variants: events=SHIPPED_IN|MISSING_FROM|UNTOLD_TO|QUERIED_AS,SHIPPED_IN|MISSING_FROM|UNTOLD_TO|SOLD_AT|DISCARDED
// What befell single items of the batches: shipped, missing, told of more than is recorded, and looked up, or sold and destroyed. One row an event.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[:PACKED_INTO]->(i)-[e:%events%]->(x)
WHERE $scope.some
RETURN type(e) AS kind, x.id AS target, e.at AS at, x.departedAt AS departedAt, x.receivedAt AS receivedAt,
       x.destination AS destination, collect(i.id) AS packages
