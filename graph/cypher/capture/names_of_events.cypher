// The names of all the IDs that events of the caller came with.
UNWIND $ids AS id
MATCH (n:EpcisEvent {id: id})
WHERE n.owner = $scope.enterprise
OPTIONAL MATCH (n)-[:CALLED]->(k)
WITH CASE WHEN n.eventId IS NULL THEN [] ELSE [n.owner + '/' + n.eventId] END + CASE WHEN k IS NULL THEN [] ELSE [k.id] END AS names
UNWIND names AS name
RETURN collect(DISTINCT name) AS names
