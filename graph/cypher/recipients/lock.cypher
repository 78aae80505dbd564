// Who adds a recipient at the same time as others of the same enterprise waits here: they are counted, and added to, one after the other.
WITH $owner AS owner
WHERE owner = $scope.enterprise
MERGE (a:Asker {id: 'recipients:' + owner})
SET a.touched = coalesce(a.touched, 0) + 1
RETURN a.touched AS touched
