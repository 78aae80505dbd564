// Entries of every owner, the newest first.
MATCH (a:AccessEntry)
WHERE $scope.all AND a.id < $before
WITH a ORDER BY a.id DESC LIMIT $limit
RETURN collect(properties(a)) AS entries
