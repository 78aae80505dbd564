// The caller's events by what they were called beside the IDs that they are kept with.
UNWIND $rows AS row
MATCH (:EpcisEventId {id: row.key})<-[:CALLED]-(n:EpcisEvent)
WHERE n.owner = $scope.enterprise
RETURN collect([row.id, n.id]) AS found
