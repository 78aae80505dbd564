// The request, where it is the viewer's to decide: its owner's, or, for personal data, the platform's too.
MATCH (r:AccessRequest {id: $id})
WHERE r.owner = $scope.enterprise OR ($platform AND r.approver IS NOT NULL)
RETURN collect(properties(r)) AS found
