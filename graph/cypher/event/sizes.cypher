// What events take as they are kept, in characters.
UNWIND $ids AS id
MATCH (n:EpcisEvent {id: id})
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect([n.id, coalesce(n.size, size(n.body) + size(n.prefixes))]) AS sizes
