// Who lifted the suspension of an enterprise that holds, when and why.
MATCH (s:Suspension)
WHERE s.owner = $owner AND s.id > '' AND s.liftedAt IS NULL AND $scope.all
SET s += $lifting
RETURN count(s) AS lifted
