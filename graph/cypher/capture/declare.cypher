// Events of the caller that were declared wrong, by the declarations; whether they have come or not.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (d:EpcisEvent {id: row.declaration})
MERGE (k:EpcisEventId {id: row.event})
MERGE (d)-[:DECLARES]->(k)
RETURN count(d) AS declared
