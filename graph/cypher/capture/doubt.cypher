// Of packages that were where an event says by one of these shipments that is no longer known, until the event is told again.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR $scope.enterprise <> ''
MATCH (:Shipment {id: row.id})<-[r:RESTS_ON]-(e:EpcisEvent)
UNWIND r.packages AS package
MATCH (n:Package {id: package})
CREATE (n)-[:UNTOLD_TO]->(e)
CREATE (e)-[u:WAITS_FOR]->(n)
SET u.event = e.id, u.owner = e.owner, u.by = e.recordedBy, u.at = e.eventAt, u.size = coalesce(e.size, size(e.body) + size(e.prefixes))
RETURN count(u) AS doubted
