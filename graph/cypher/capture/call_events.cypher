// Event IDs that the caller's events came with, beside those that they are kept with.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (n:EpcisEvent {id: row.event})
WHERE n.eventId <> row.eventId
MERGE (k:EpcisEventId {id: row.key})
MERGE (n)-[:CALLED]->(k)
RETURN count(n) AS called
