// variants: key=eventAt,recordedAt; order=ASC,DESC
// Events of one owner that name a key, in the same order.
UNWIND $names AS name
MATCH (k:EpcisKey {id: name})<-[:NAMES]-(n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
  AND n.%key% >= $low AND n.%key% <= $high
  AND CASE n.%key% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%key% WHEN $high THEN n.id < $below ELSE true END
  AND n.eventAt >= $from AND n.eventAt < $until AND n.recordedAt >= $recordedFrom AND n.recordedAt < $recordedUntil
  AND ($types IS NULL OR n.eventType IN $types) AND ($actions IS NULL OR n.action IN $actions)
  AND ($steps IS NULL OR n.bizStep IN $steps) AND ($dispositions IS NULL OR n.disposition IN $dispositions)
  AND ($readPoints IS NULL OR n.readPoint IN $readPoints) AND ($locations IS NULL OR n.bizLocation IN $locations)
WITH DISTINCT n
WITH n ORDER BY n.%key% %order%, n.id %order% LIMIT $limit
WITH n, coalesce(n.size, size(n.body) + size(n.prefixes)) AS size
RETURN collect([n.id, n.eventAt, CASE WHEN size <= $light THEN n.body END, CASE WHEN size <= $light THEN n.prefixes END,
                n.eventId, n.recordedAt, n.readPoint, n.bizLocation, coalesce(n.place, 0), size]) AS events
