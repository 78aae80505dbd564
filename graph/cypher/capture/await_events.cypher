// Declarations of the caller name, by their IDs, the events that are to correct others.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (d:EpcisEvent {id: row.event})
MERGE (k:EpcisEventId {id: row.key})
MERGE (d)-[:AWAITS]->(k)
RETURN count(d) AS awaiting
