// Of requests, those that are still grants to the viewer at a time.
UNWIND $ids AS id
MATCH (r:AccessRequest {id: id})
WHERE r.asker = $asker AND r.until > $at AND r.state = 'APPROVED' AND coalesce(r.enterprise, '') = $scope.enterprise
RETURN collect(r.id) AS holding
