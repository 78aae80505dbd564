// How many entries there are.
MATCH (a:AccessEntry)
WHERE a.id > '' AND $scope.all
RETURN count(a) AS total
