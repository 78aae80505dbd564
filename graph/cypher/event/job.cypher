// What became of a captured document, for who captured it.
MATCH (j:CaptureJob {id: $id})
WHERE j.owner = $scope.enterprise
RETURN properties(j) AS job
