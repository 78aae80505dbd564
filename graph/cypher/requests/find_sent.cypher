// The request, where the viewer's own side made it.
MATCH (r:AccessRequest {id: $id})
WHERE r.asker = $asker AND coalesce(r.enterprise, '') = $scope.enterprise
RETURN collect(properties(r)) AS found
