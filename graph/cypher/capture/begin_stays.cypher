// Children go into parents of the caller's own, or that it holds.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.parent, '/')[1] = $scope.enterprise OR row.parent IN $held
MATCH (p:Package {id: row.parent})
UNWIND row.children AS child
MATCH (n:Package {id: child.id})
CREATE (p)-[s:CONTAINS {from: child.from, until: child.until, commissioned: child.commissioned, added: child.added}]->(n)
RETURN count(s) AS begun
