// Events of one owner that name a key, in the same order.
UNWIND $names AS name
MATCH (k:EpcisKey {id: name})<-[:NAMES]-(n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.eventAt >= $from AND n.eventAt < $until
  AND (n.eventAt > $afterAt OR n.id > $afterId)
  AND ($types IS NULL OR n.eventType IN $types) AND ($actions IS NULL OR n.action IN $actions)
  AND ($steps IS NULL OR n.bizStep IN $steps) AND ($dispositions IS NULL OR n.disposition IN $dispositions)
  AND ($readPoints IS NULL OR n.readPoint IN $readPoints) AND ($locations IS NULL OR n.bizLocation IN $locations)
WITH DISTINCT n
WITH n ORDER BY n.eventAt, n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.body, n.prefixes, n.eventId, n.recordedAt]) AS events
