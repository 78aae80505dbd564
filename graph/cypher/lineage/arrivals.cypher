// The shipments delivered to each site.
UNWIND $ids AS id
MATCH (w:Site {id: id})<-[:DELIVERED_TO]-(h)
WHERE $scope.some
RETURN id, collect(h.id) AS shipments
