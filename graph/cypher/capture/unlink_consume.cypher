UNWIND $rows AS row
MATCH ()-[e:CONSUMED_BY]->(n:ProductionBatch {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
