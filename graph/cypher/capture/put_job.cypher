// What is becoming of one captured document, and what became of it.
WITH $job AS job
WHERE $scope.all OR job.owner = $scope.enterprise
MERGE (j:CaptureJob {id: job.id})
SET j += job
RETURN count(j) AS kept
