// When each parent was emptied, by what the caller captured: events that take out, and name nothing but the parent.
UNWIND $ids AS name
MATCH (k:EpcisKey {id: name})<-[:NAMES]-(e:EpcisEvent)
WHERE ($scope.all OR e.owner = $scope.enterprise) AND e.eventType = 'AggregationEvent' AND e.action = 'DELETE' AND NOT e.error
MATCH (e)-[:NAMES]->(about)
WITH name, e, count(about) AS named
WHERE named = 1
RETURN collect([name, e.eventAt]) AS emptied
