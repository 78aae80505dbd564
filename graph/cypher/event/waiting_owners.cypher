// variants: label=Package,ProductionBatch
// Whose events wait for more to be told of these records, and of which of them. Read off the edges alone: events may be large.
UNWIND $ids AS id
WITH id
WHERE $scope.all
MATCH (:%label% {id: id})<-[u:WAITS_FOR]-()
RETURN u.owner AS owner, collect(DISTINCT id) AS records
