// What went into each batch, as it was recorded: one JSON text an input. Apart from the batch, since there may be hundreds.
UNWIND $ids AS id
MATCH (n:ProductionBatch {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect([id, n.inputs]) AS found
