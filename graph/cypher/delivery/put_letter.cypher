// A letter, with its bytes: each time it is sent they are the same.
WITH $letter AS letter
WHERE $scope.all OR letter.owner = $scope.enterprise
CREATE (l:Letter {id: letter.id})
SET l += letter
RETURN count(l) AS made
