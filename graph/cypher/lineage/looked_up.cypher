// The item that each consumer query looked up.
UNWIND $ids AS id
MATCH (q:ConsumerQuery {id: id})<-[:QUERIED_AS]-(i {level: 'ITEM'})
WHERE $scope.some
RETURN id, collect(i.id) AS items
