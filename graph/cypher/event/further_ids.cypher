// What one owner's events were called beside the IDs that they are kept with.
UNWIND $ids AS id
MATCH (n:EpcisEvent {id: id})-[:CALLED]->(k)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect([id, k.id]) AS called
