// When the caller's own packages were taken out of parents in which they no longer are said to have been.
UNWIND $rows AS row
MATCH (n:Package {id: row.id}), (p:Package {id: row.parent})
WHERE $scope.all OR n.owner = $scope.enterprise
CREATE (p)-[e:TAKEN_OUT {out: row.out}]->(n)
RETURN count(e) AS kept
