// Of which packages a captured event says more of where what is in them came from than is recorded.
UNWIND $ids AS id
MATCH (:Package {id: id})<-[:UNTOLD_FROM]-(:EpcisEvent)
WHERE $scope.some
RETURN collect(DISTINCT id) AS untold
