// The letters to one recipient, some at a time.
MATCH (l:Letter)
WHERE l.recipient = $recipient AND l.state IN ['PENDING', 'DEAD'] AND l.id > '' AND ($scope.all OR l.owner = $scope.enterprise)
WITH l LIMIT $limit
RETURN collect(l.id) AS found
