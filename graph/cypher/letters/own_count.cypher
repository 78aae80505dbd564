// How many there are of one enterprise.
MATCH (l:Letter)
WHERE l.owner = $scope.enterprise AND NOT $scope.all AND l.id > '' AND l.state = 'DEAD'
RETURN count(l) AS total
