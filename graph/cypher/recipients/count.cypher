// How many there are.
MATCH (r:Recipient)
WHERE r.id > '' AND $scope.all AND r.kind = 'PARTNER'
RETURN count(r) AS total
