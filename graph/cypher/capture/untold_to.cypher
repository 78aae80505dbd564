// variants: label=Package,ProductionBatch
// Of which records an event says where they went, though that is not recorded. One that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: row.event})
MERGE (n:%label% {id: row.id})
ON CREATE SET n.owner = split(row.id, '/')[1]
CREATE (n)-[u:UNTOLD_TO]->(e)
RETURN count(u) AS told
