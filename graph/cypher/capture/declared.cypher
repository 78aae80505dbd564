// Which events of the caller were declared wrong.
UNWIND $ids AS id
MATCH (e:EpcisEvent {id: id})<-[:DECLARES]-(:EpcisEvent)
WHERE $scope.all OR e.owner = $scope.enterprise
RETURN collect(DISTINCT id) AS declared
