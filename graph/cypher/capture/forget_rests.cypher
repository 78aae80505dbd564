// Nothing rests on these shipments any more.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR $scope.enterprise <> ''
MATCH (:Shipment {id: row.id})<-[r:RESTS_ON]-(:EpcisEvent)
DELETE r
RETURN count(r) AS forgotten
