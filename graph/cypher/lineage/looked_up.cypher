// The item that each consumer query looked up.
UNWIND $ids AS id
MATCH (i {level: 'ITEM'})-[:QUERIED_AS]->(q:ConsumerQuery {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN id, collect(i.id) AS items
