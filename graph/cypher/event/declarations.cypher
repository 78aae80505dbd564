// Places of the declarations that one owner's events were wrong.
UNWIND $ids AS id
MATCH (:EpcisEventId {id: id})<-[:DECLARES]-(n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.id > $past
WITH DISTINCT n ORDER BY n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.recordedAt, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS events
