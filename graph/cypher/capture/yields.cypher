// What came out of each of the caller's batches, where that is recorded.
UNWIND $ids AS id
MATCH (n:ProductionBatch {id: id})
WHERE n.yieldKg IS NOT NULL AND ($scope.all OR n.owner = $scope.enterprise)
RETURN collect([n.id, n.yieldKg]) AS yields
