// The arrival of shipments, by the word of the destination's owner or the sender; a shipment without one is on its way.
UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})-[:BOUND_FOR]->(s:Site)
WHERE $scope.all OR n.owner = $scope.enterprise OR s.owner = $scope.enterprise
SET n.receivedAt = row.receivedAt, n.missing = row.missing
WITH n, s, row
WHERE row.receivedAt IS NOT NULL
CREATE (n)-[e:DELIVERED_TO {at: row.receivedAt}]->(s)
RETURN count(e) AS delivered
