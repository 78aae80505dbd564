// The keys that events are about, each a node that all of its events share.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:EpcisEvent {id: row.id})
MERGE (k:EpcisKey {id: row.name})
CREATE (n)-[e:NAMES]->(k)
RETURN count(e) AS named
