// Events of the caller that were declared wrong, by the declarations.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: row.event})
MATCH (d:EpcisEvent {id: row.declaration})
MERGE (d)-[:DECLARES]->(e)
RETURN count(d) AS declared
