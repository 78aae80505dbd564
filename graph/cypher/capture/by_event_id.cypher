// The caller's events by the IDs that they are kept with.
UNWIND $ids AS id
MATCH (n:EpcisEvent)
WHERE n.eventId = id AND n.owner = $scope.enterprise
RETURN collect([id, n.id]) AS found
