// variants: label=ProductionBatch;way=
// variants: label=Package;way=-[:CONTAINS*0..3]->(:Package)
// variants: label=Shipment;way=<-[:SHIPPED_IN]-(:Package)-[:CONTAINS*0..3]->(:Package)
// Whose events wait for more to be told of these batches, of these packages and what is, or was, in them, or of what left by these
// shipments; and of which of it. Packages are of four levels (docs/decisions/0003). Read off the edges alone: events may be large.
UNWIND $ids AS id
WITH id
WHERE $scope.all
MATCH (:%label% {id: id})%way%<-[u:WAITS_FOR]-()
RETURN u.owner AS owner, collect(DISTINCT endNode(u).id) AS records
