// How many there are on all pages.
MATCH (s:Suspension)
WHERE s.id > '' AND ($scope.all OR s.owner IN $scope.owners) AND ($lifted OR s.liftedAt IS NULL)
RETURN count(s) AS total
