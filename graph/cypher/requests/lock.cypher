// Who asks at the same time as others of the same side waits here: what is pending is counted and added to by one after the other.
WITH $asker AS asker
WHERE asker <> '' AND $scope.enterprise = $enterprise
MERGE (a:Asker {id: asker})
SET a.touched = coalesce(a.touched, 0) + 1
RETURN a.touched AS touched
