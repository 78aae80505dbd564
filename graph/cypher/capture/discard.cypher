// Packages that an event destroyed. One that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: row.event})
MERGE (n:Package {id: row.id})
ON CREATE SET n.owner = split(row.id, '/')[1]
CREATE (n)-[u:DISCARDED {at: e.eventAt}]->(e)
RETURN count(u) AS told
