// variants: side=owner,asker,approver
// How many there are on all pages.
MATCH (r:AccessRequest)
WHERE r.%side% = $of AND r.id > ''
  AND ($scope.enterprise = '' OR r.owner = $scope.enterprise OR r.enterprise = $scope.enterprise)
RETURN count(r) AS total
