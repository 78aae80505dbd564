// Events of one owner by what they are called, or by their hash: one, and with it perhaps the declaration that it was wrong.
UNWIND $ids AS id
MATCH (n:EpcisEvent)
WHERE n.eventId = id AND n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
WITH n ORDER BY n.eventAt, n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.body, n.prefixes, n.eventId, n.recordedAt, n.readPoint, n.bizLocation]) AS events
