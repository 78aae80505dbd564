// What became of one captured document.
WITH $job AS job
WHERE $scope.all OR job.owner = $scope.enterprise
CREATE (j:CaptureJob {id: job.id})
SET j += job
RETURN count(j) AS kept
