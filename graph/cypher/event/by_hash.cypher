// Events of one owner with one hash: one, declarations that it was wrong, and others that have the same hash.
MATCH (n:EpcisEvent)
WHERE n.id >= $first AND n.id < $last AND n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
WITH n ORDER BY n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.body, n.prefixes, n.eventId, n.recordedAt, n.readPoint, n.bizLocation]) AS events
