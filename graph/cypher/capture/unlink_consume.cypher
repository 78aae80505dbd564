UNWIND $rows AS row
MATCH (n:ProductionBatch {id: row.id})<-[e:CONSUMED_BY]-()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
