// The caller's declarations by which events with these IDs are to correct others, whether they have come or not.
UNWIND $ids AS id
MATCH (:EpcisEventId {id: id})<-[:AWAITS]-(d:EpcisEvent)
WHERE d.owner = $scope.enterprise
RETURN collect(DISTINCT d.id) AS awaiting
