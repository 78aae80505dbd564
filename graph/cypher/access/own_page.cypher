// Entries about one owner's records, the newest first, in the order of the index on (owner, id).
MATCH (a:AccessEntry)
WHERE a.owner = $scope.enterprise AND NOT $scope.all AND a.id < $before
WITH a ORDER BY a.owner DESC, a.id DESC LIMIT $limit
RETURN collect(properties(a)) AS entries
