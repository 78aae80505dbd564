// Children come out of parents of the caller's own, or that it holds, or are told to be in them a second time.
UNWIND $rows AS row
MATCH (p:Package {id: row.parent})-[s:CONTAINS]->(n:Package {id: row.child})
WHERE s.from = row.from AND ($scope.all OR p.owner = $scope.enterprise OR row.parent IN $held)
SET s.until = row.until, s.added = row.added
RETURN count(s) AS ended
