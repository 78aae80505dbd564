// variants: of='','partner/','subscription/'
// How many there are.
MATCH (t:Transfer)
WHERE t.id > '' AND $scope.all AND t.recipient STARTS WITH %of%
RETURN count(t) AS total
