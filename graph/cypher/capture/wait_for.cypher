// variants: label=Package,ProductionBatch
// For which records an event waits: what is told of them may change what is recorded of it. One that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: row.event})
MERGE (n:%label% {id: row.id})
ON CREATE SET n.owner = split(row.id, '/')[1]
CREATE (e)-[u:WAITS_FOR]->(n)
SET u.event = e.id, u.owner = e.owner, u.by = e.recordedBy, u.at = e.eventAt, u.size = coalesce(e.size, size(e.body) + size(e.prefixes))
RETURN count(u) AS told
