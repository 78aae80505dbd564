// When events were told again, and more was recorded of them.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: id})
SET e.againAt = $at
RETURN count(e) AS again
