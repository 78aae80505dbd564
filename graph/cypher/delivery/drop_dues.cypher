// What a letter tells of, or nobody is to be told of any more.
UNWIND $ids AS id
MATCH (d:Due {id: id})
WHERE $scope.all OR d.owner = $scope.enterprise
DELETE d
RETURN count(d) AS dropped
