// variants: of='','partner/','subscription/'
// How many there are of one enterprise.
MATCH (t:Transfer)
WHERE t.owner = $scope.enterprise AND NOT $scope.all AND t.id > '' AND t.recipient STARTS WITH %of%
RETURN count(t) AS total
