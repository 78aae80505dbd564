UNWIND $rows AS row
MATCH (n:ProductionBatch {id: row.id})-[e:MAKES]->()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
