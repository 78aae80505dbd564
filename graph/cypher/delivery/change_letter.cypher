// What became of a letter that did not arrive.
MATCH (l:Letter {id: $id})
WHERE $scope.all OR l.owner = $scope.enterprise
SET l += $changes
RETURN count(l) AS changed
