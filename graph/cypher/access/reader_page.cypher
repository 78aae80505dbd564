// Entries about what the viewer itself read and did, whosever records, the newest first, in the order of the index on (reader, id).
MATCH (a:AccessEntry)
WHERE a.reader = $reader AND a.id < $before AND ($scope.enterprise = '' OR a.enterprise = $scope.enterprise)
WITH a ORDER BY a.reader DESC, a.id DESC LIMIT $limit
RETURN collect(properties(a)) AS entries
