// Events by the IDs under which they are kept.
UNWIND $ids AS id
MATCH (n:EpcisEvent {id: id})
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
OPTIONAL MATCH (b:EpcisBody {id: n.id})
RETURN collect([n.id, n.eventAt, coalesce(n.body, b.body), coalesce(n.prefixes, b.prefixes), n.eventId, n.recordedAt, n.readPoint, n.bizLocation, coalesce(n.place, 0)]) AS events
