// Events that declarations of the caller awaited have come.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.declaration, '/')[1] = $scope.enterprise
MATCH (d:EpcisEvent {id: row.declaration})-[w:AWAITS]->(:EpcisEventId {id: row.key})
DELETE w
RETURN count(w) AS come
