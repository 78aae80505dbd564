// How many there are of one enterprise.
MATCH (r:Recipient)
WHERE r.owner = $scope.enterprise AND NOT $scope.all AND r.id > '' AND r.kind = 'PARTNER'
RETURN count(r) AS total
