// variants: label=Package,ProductionBatch
// The events that wait for more to be told of these records, the first of them, with the bytes that each takes.
UNWIND $ids AS id
WITH id
WHERE $scope.all
MATCH (n:%label% {id: id})<-[:WAITS_FOR]-(e:EpcisEvent)
WHERE NOT e.id IN $told
WITH DISTINCT e.eventAt AS at, e.id AS event, e.owner AS owner, e.recordedBy AS by, size(e.body) + size(e.prefixes) AS size
ORDER BY at, event LIMIT $limit
RETURN at, event, owner, by, size
