// Keeps each look-up as a record of its own.
UNWIND $queries AS q
WITH q WHERE $scope.public
CREATE (n:ConsumerQuery {id: q.id})
SET n += q.properties
