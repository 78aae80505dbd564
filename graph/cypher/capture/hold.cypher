// Which enterprise told what goes into, or comes out of, parents of others that it holds.
UNWIND $rows AS row
MATCH (p:Package {id: row.parent})-[s:CONTAINS]->(n:Package {id: row.child})
WHERE ($scope.all OR row.parent IN $held) AND ((row.adds AND s.from = row.at) OR (NOT row.adds AND s.until = row.at))
SET s.addedBy = CASE WHEN row.adds THEN $scope.enterprise ELSE s.addedBy END,
    s.removedBy = CASE WHEN row.adds THEN s.removedBy ELSE $scope.enterprise END
RETURN count(s) AS told
