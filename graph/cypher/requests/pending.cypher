// Of the viewer's side, how many requests are pending at a time, and those of them that end when a new one would.
MATCH (r:AccessRequest)
WHERE r.asker = $asker AND r.until > $at AND r.state = 'PENDING' AND coalesce(r.enterprise, '') = $scope.enterprise
RETURN count(r) AS total, collect(CASE WHEN r.until = $until THEN properties(r) END) AS alike
