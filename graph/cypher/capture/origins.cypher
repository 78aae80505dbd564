// The batches that items were packed from, whoever owns them: a batch is told to everybody who has the item's code.
UNWIND $ids AS id
MATCH (p:Package {id: id})<-[:PACKED_INTO]-(b:ProductionBatch)
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([id, b.id]) AS origins
