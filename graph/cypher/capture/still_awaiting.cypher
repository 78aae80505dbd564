// Declarations of the caller that await an event still.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (d:EpcisEvent {id: id})-[:AWAITS]->()
RETURN collect(DISTINCT id) AS awaiting
