// variants: events=SHIPPED_IN|MISSING_FROM|UNTOLD_TO|QUERIED_AS,SHIPPED_IN|MISSING_FROM|UNTOLD_TO|SOLD_AT|DISCARDED
// What befell the packages themselves: shipped, missing, told of more than is recorded, and looked up, or sold and destroyed. One row an event.
UNWIND $ids AS id
MATCH (n:Package {id: id})-[e:%events%]->(x)
WHERE $scope.some
RETURN type(e) AS kind, x.id AS target, e.at AS at, x.departedAt AS departedAt, x.receivedAt AS receivedAt,
       x.destination AS destination, collect(id) AS packages
