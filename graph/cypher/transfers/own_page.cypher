// variants: of='','partner/','subscription/'
// Attempts to deliver of one enterprise, the newest first.
MATCH (t:Transfer)
WHERE t.owner = $scope.enterprise AND NOT $scope.all AND t.id < $before AND t.recipient STARTS WITH %of%
WITH t ORDER BY t.owner DESC, t.id DESC LIMIT $limit
RETURN collect(properties(t)) AS entries
