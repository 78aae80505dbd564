// A query of the viewer's enterprise is named no more.
MATCH (q:NamedQuery {id: $id})
WHERE q.owner = $scope.enterprise
DELETE q
RETURN count(q) AS removed
