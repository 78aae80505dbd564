// When children were taken out of parents, in stays that go or come to end earlier: the caller's own packages, or parents that it holds.
UNWIND $rows AS row
MATCH (p:Package {id: row.parent})-[s:CONTAINS]->(n:Package {id: row.child})
WHERE s.from = row.from AND ($scope.all OR n.owner = $scope.enterprise OR p.owner = $scope.enterprise OR row.parent IN $held)
CREATE (p)-[e:TAKEN_OUT {out: s.until, removedBy: s.removedBy}]->(n)
RETURN count(e) AS kept
