// The letter to a recipient that is to leave first; the next one is made when there is none.
MATCH (l:Letter)
WHERE l.recipient = $recipient AND l.state = 'PENDING' AND l.id > '' AND ($scope.all OR l.owner = $scope.enterprise)
WITH l ORDER BY l.recipient, l.state, l.id LIMIT 1
RETURN collect(properties(l)) AS found
