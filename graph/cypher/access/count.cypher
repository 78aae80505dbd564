// How many entries the viewer may read.
MATCH (a:AccessEntry)
WHERE a.id > '' AND ($scope.all OR a.owner = $scope.enterprise)
RETURN count(a) AS total
