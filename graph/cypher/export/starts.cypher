// When batches of one owner started.
UNWIND $ids AS id
MATCH (n:ProductionBatch {id: id})
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.version IS NOT NULL
RETURN collect([n.id, n.startedAt]) AS starts
