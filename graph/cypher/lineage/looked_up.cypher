// The item that each consumer query looked up.
UNWIND $ids AS id
MATCH (q:ConsumerQuery {id: id})<-[:QUERIED_AS]-(i {level: 'ITEM'})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN id, collect(i.id) AS items
