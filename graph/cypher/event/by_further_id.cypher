// Places of one owner's events by what else they were called, beside the IDs that they are kept with.
UNWIND $keys AS key
MATCH (:EpcisEventId {id: key})<-[:CALLED]-(n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.id > $past
WITH DISTINCT n ORDER BY n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.recordedAt, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS events
