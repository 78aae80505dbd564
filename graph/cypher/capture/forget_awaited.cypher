// What declarations await is said anew.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (d:EpcisEvent {id: id})-[w:AWAITS]->()
DELETE w
RETURN count(w) AS forgotten
