// Which of these events declarations of the caller await, unless it is the very event that they declare wrong.
UNWIND $rows AS row
MATCH (:EpcisEventId {id: row.key})<-[:AWAITS]-(d:EpcisEvent)
WHERE d.owner = $scope.enterprise AND NOT d.id STARTS WITH row.event + '.'
MATCH (:EpcisEvent {id: row.event})
RETURN collect([d.id, row.key]) AS awaited
