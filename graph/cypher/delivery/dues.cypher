// What a recipient is to be told of, the oldest first.
MATCH (d:Due)
WHERE d.recipient = $recipient AND d.id > '' AND ($scope.all OR d.owner = $scope.enterprise)
WITH d ORDER BY d.recipient, d.id LIMIT $limit
RETURN collect(properties(d)) AS found
