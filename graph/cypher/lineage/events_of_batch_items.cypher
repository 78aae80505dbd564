// variants: events=SHIPPED_IN|MISSING_FROM|QUERIED_AS,SHIPPED_IN|MISSING_FROM|SOLD_AT
// What befell single items of the batches: shipped, missing, and looked up or sold. One row an event.
UNWIND $ids AS id
MATCH (b:ProductionBatch {id: id})-[:PACKED_INTO]->(i)-[e:%events%]->(x)
WHERE $scope.some
RETURN type(e) AS kind, x.id AS target, e.at AS at, x.departedAt AS departedAt, x.receivedAt AS receivedAt,
       x.destination AS destination, collect(i.id) AS packages
