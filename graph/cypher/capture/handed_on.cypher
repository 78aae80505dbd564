// When a recipient first did something with packages since a time (ms): put them into others or others into them, took them out, sent them
// on, sold or destroyed them. It is its word that they came.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})-[e:CONTAINS|TAKEN_OUT|SHIPPED_IN|SOLD_AT|DISCARDED]-(o)
WHERE $scope.all OR $scope.enterprise <> ''
WITH row, e, o, CASE WHEN e.addedBy IS NULL AND e.from IS NOT NULL THEN startNode(e).owner ELSE e.addedBy END AS adder
WITH row, CASE WHEN e.at >= row.since AND o.owner = row.recipient THEN e.at
               WHEN e.from >= row.since AND adder = row.recipient THEN e.from
               WHEN e.until >= row.since AND e.removedBy = row.recipient THEN e.until
               WHEN e.out >= row.since AND e.removedBy = row.recipient THEN e.out END AS at
WHERE at IS NOT NULL
WITH row.shipment AS shipment, row.id AS id, min(at) AS at
RETURN collect([shipment, id, at]) AS handed
