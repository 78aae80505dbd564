// Which events of the caller were declared wrong.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (:EpcisEventId {id: id})<-[:DECLARES]-(:EpcisEvent)
RETURN collect(DISTINCT id) AS declared
