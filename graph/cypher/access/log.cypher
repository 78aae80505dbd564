// Who read whose records, for whoever they belong to: one node an owner. Entered again, it is the same one.
UNWIND $entries AS entry
WITH entry
WHERE $scope.all
MERGE (a:AccessEntry {id: entry.id})
SET a += entry
RETURN count(a) AS entered
