// Who read whose records, for whoever they belong to: one node an owner.
UNWIND $entries AS entry
WITH entry
WHERE $scope.all
CREATE (a:AccessEntry {id: entry.id})
SET a += entry
RETURN count(a) AS entered
