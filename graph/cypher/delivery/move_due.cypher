// How far what is to be told has been put into letters.
MATCH (d:Due {id: $id})
WHERE $scope.all OR d.owner = $scope.enterprise
SET d.place = $place
RETURN count(d) AS moved
