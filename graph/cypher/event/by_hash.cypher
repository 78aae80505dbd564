// Places of one owner's events with one hash: one, declarations that it was wrong, and others that have the same hash.
MATCH (n:EpcisEvent)
WHERE n.id >= $first AND n.id < $last AND n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.id + '' > $past
WITH n ORDER BY n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.recordedAt, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS events
