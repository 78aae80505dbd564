// Keeps each look-up as a record of its own; of codes that nobody knows, in the place of another.
UNWIND $queries AS q
WITH q WHERE $scope.public
OPTIONAL MATCH (old:ConsumerQuery {id: q.displaced})
DETACH DELETE old
CREATE (n:ConsumerQuery {id: q.id})
SET n += q.properties
