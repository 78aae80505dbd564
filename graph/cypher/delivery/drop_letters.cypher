// Letters that arrived, or are to be made anew.
UNWIND $ids AS id
MATCH (l:Letter {id: id})
WHERE $scope.all OR l.owner = $scope.enterprise
DELETE l
RETURN count(l) AS dropped
