// The batches that items were packed from, whoever owns them: the caller asks of items alone that it holds or held.
UNWIND $ids AS id
MATCH (p:Package {id: id})<-[:PACKED_INTO]-(b:ProductionBatch)
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([id, b.id]) AS origins
