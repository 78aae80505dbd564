// The batches that make products.
UNWIND $ids AS id
MATCH (x:Product {id: id})<-[:MAKES]-(b:ProductionBatch)
WHERE $scope.all OR b.owner IN $scope.owners
RETURN collect(b.id) AS found
