// What is kept of a suspension, for ever.
WITH $suspension AS suspension
WHERE $scope.all
CREATE (s:Suspension {id: suspension.id})
SET s += suspension
RETURN count(s) AS begun
