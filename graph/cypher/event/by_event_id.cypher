// Places of one owner's events by what they are called: one, and with it perhaps the declaration that it was wrong. The bound of a page
// stands in a form that no index knows, so that the name alone decides which index is read.
UNWIND $ids AS id
MATCH (n:EpcisEvent)
WHERE n.eventId = id AND n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.id + '' > $past
WITH n ORDER BY n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.recordedAt, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS events
