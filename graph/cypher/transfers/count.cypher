// How many there are.
MATCH (t:Transfer)
WHERE t.id > '' AND $scope.all
RETURN count(t) AS total
