// When keys were received, by events that the caller captured, in ms.
UNWIND $ids AS name
MATCH (k:EpcisKey {id: name})<-[:NAMES]-(e:EpcisEvent)
WHERE ($scope.all OR e.owner = $scope.enterprise) AND e.bizStep = 'receiving' AND NOT e.error
RETURN collect([name, e.eventAt]) AS received
