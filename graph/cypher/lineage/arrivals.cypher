// The shipments delivered to each site.
UNWIND $ids AS id
MATCH (w:Site {id: id})<-[:DELIVERED_TO]-(h)
WHERE $scope.all OR $scope.enterprise <> ''
RETURN id, collect(h.id) AS shipments
