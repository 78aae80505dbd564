// variants: of='','partner/','subscription/'
// Attempts to deliver of every enterprise, the newest first.
MATCH (t:Transfer)
WHERE $scope.all AND t.id < $before AND t.recipient STARTS WITH %of%
WITH t ORDER BY t.id DESC LIMIT $limit
RETURN collect(properties(t)) AS entries
