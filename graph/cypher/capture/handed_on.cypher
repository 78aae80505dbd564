// Packages that a recipient put somewhere, sent on or sold since a time (ms): its word that they came. Whoever recorded it is not told to
// the caller but that.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})-[e:CONTAINS|SHIPPED_IN|SOLD_AT]-(o)
WHERE ($scope.all OR $scope.enterprise <> '') AND o.owner = row.recipient AND coalesce(e.from, e.at) >= row.since
RETURN collect(DISTINCT [row.shipment, n.id]) AS handed
