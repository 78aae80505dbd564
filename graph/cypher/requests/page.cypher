// variants: side=owner,asker,approver
// Requests, the newest first, in the order of the index on (side, id). Of an enterprise: those that it made, or got.
MATCH (r:AccessRequest)
WHERE r.%side% = $of AND r.id < $before
  AND ($scope.enterprise = '' OR r.owner = $scope.enterprise OR r.enterprise = $scope.enterprise)
WITH r ORDER BY r.%side% DESC, r.id DESC LIMIT $limit
RETURN collect(properties(r)) AS found
