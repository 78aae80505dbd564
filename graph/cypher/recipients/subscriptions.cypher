// The subscriptions of the viewer's enterprise to one of its queries.
MATCH (r:Recipient)
WHERE r.owner = $scope.enterprise AND r.id > '' AND r.kind = 'SUBSCRIPTION' AND r.queryName = $query
WITH r ORDER BY r.owner, r.id
RETURN collect(properties(r)) AS found
