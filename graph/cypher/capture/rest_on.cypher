// By which shipments packages are where an event says.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.event, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: row.event})
MATCH (h:Shipment {id: row.shipment})
CREATE (e)-[u:RESTS_ON]->(h)
SET u.packages = row.packages
RETURN count(u) AS resting
