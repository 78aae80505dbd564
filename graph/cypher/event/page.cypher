// variants: key=eventAt,recordedAt; order=ASC,DESC
// Events of one owner, in the order of an index on (owner, key, id). Of those with the very value $low only IDs past $above count, of those with $high only
// IDs before $below. The bounds of both times stand once more in a form that no index knows, so that the key alone decides which index is read.
MATCH (n:EpcisEvent)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
  AND n.%key% >= $low AND n.%key% <= $high AND n.id > ''
  AND CASE n.%key% WHEN $low THEN n.id > $above ELSE true END AND CASE n.%key% WHEN $high THEN n.id < $below ELSE true END
  AND n.eventAt + 0 >= $from AND n.eventAt + 0 < $until AND n.recordedAt + 0 >= $recordedFrom AND n.recordedAt + 0 < $recordedUntil
  AND ($types IS NULL OR n.eventType IN $types) AND ($actions IS NULL OR n.action IN $actions)
  AND ($steps IS NULL OR n.bizStep IN $steps) AND ($dispositions IS NULL OR n.disposition IN $dispositions)
  AND ($readPoints IS NULL OR n.readPoint IN $readPoints) AND ($locations IS NULL OR n.bizLocation IN $locations)
WITH n ORDER BY n.owner %order%, n.%key% %order%, n.id %order% LIMIT $limit
WITH n, coalesce(n.size, size(n.body) + size(n.prefixes)) AS size
RETURN collect([n.id, n.eventAt, CASE WHEN size <= $light THEN n.body END, CASE WHEN size <= $light THEN n.prefixes END,
                n.eventId, n.recordedAt, n.readPoint, n.bizLocation, coalesce(n.place, 0), size]) AS events
