// How many entries are about one owner's records.
MATCH (a:AccessEntry)
WHERE a.owner = $scope.enterprise AND NOT $scope.all AND a.id IS NOT NULL
RETURN count(a) AS total
