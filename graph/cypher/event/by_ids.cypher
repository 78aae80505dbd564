// Events by the IDs under which they are kept.
UNWIND $ids AS id
MATCH (n:EpcisEvent {id: id})
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect([n.id, n.eventAt, n.body, n.prefixes, n.eventId, n.recordedAt, n.readPoint, n.bizLocation, coalesce(n.place, 0)]) AS events
