// A request for access, in the name of the viewer's own enterprise, or of one who has none.
WITH $request AS request
WHERE request.asker = $asker AND coalesce(request.enterprise, '') = $scope.enterprise
CREATE (r:AccessRequest {id: request.id})
SET r += request
RETURN count(r) AS made
