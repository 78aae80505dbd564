// variants: edge=<-[u:UNTOLD_TO]-,-[u:UNTOLD_FROM]->,-[u:WAITS_FOR]->,<-[u:DISCARDED]-,-[u:RESTS_ON]->
// What events captured again told, or what of it was not recorded.
UNWIND $ids AS id
WITH id
WHERE $scope.all OR split(id, '/')[1] = $scope.enterprise
MATCH (e:EpcisEvent {id: id})%edge%(n)
DELETE u
RETURN collect([id, n.id]) AS forgotten
