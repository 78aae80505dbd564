// Which enterprises are recorded: what everybody may know who has their code.
UNWIND $ids AS id
MATCH (n:Enterprise {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR $scope.enterprise <> '')
RETURN collect(n.code) AS codes
