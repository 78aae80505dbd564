// How many there are.
MATCH (l:Letter)
WHERE l.id > '' AND $scope.all AND l.state = 'DEAD'
RETURN count(l) AS total
