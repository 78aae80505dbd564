// variants: edge=<-[u:UNTOLD_TO]-,-[u:UNTOLD_FROM]->,-[u:WAITS_FOR]->
// What was not recorded of events captured again.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: id})%edge%(n)
DELETE u
RETURN collect([id, n.id]) AS forgotten
