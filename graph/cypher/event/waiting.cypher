// variants: label=Package,ProductionBatch
// The events of one enterprise that wait for more to be told of these records, the first of them. Read off the edges alone, as above.
UNWIND $ids AS id
WITH id
WHERE $scope.all
MATCH (:%label% {id: id})<-[u:WAITS_FOR]-()
WHERE u.owner = $owner AND NOT u.event IN $told
WITH DISTINCT u.at AS at, u.event AS event, u.by AS by, u.size AS size
ORDER BY at, event LIMIT $limit
RETURN at, event, by, size
