// The shipments delivered to each site.
UNWIND $ids AS id
MATCH (h)-[:DELIVERED_TO]->(w:Site {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN id, collect(h.id) AS shipments
