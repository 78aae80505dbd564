// One attempt to deliver, for the log.
WITH $transfer AS transfer
WHERE $scope.all OR transfer.owner = $scope.enterprise
CREATE (t:Transfer {id: transfer.id})
SET t += transfer
RETURN count(t) AS entered
