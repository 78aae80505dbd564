// Events of one owner, in the order of the index on (owner, eventAt, id).
MATCH (n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.eventAt >= $from AND n.eventAt < $until AND n.id > ''
  AND (n.eventAt > $afterAt OR n.id > $afterId)
  AND ($types IS NULL OR n.eventType IN $types) AND ($actions IS NULL OR n.action IN $actions)
  AND ($steps IS NULL OR n.bizStep IN $steps) AND ($dispositions IS NULL OR n.disposition IN $dispositions)
  AND ($readPoints IS NULL OR n.readPoint IN $readPoints) AND ($locations IS NULL OR n.bizLocation IN $locations)
WITH n ORDER BY n.owner, n.eventAt, n.id LIMIT $limit
RETURN collect([n.id, n.eventAt, n.body, n.prefixes, n.eventId, n.recordedAt]) AS events
