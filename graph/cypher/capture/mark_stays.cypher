// What the caller's own packages say, or no longer say, of stays that aggregations have told too.
UNWIND $rows AS row
MATCH (n:Package {id: row.id})<-[s:CONTAINS]-(:Package {id: row.parent})
WHERE s.from = row.from AND ($scope.all OR n.owner = $scope.enterprise)
SET s.commissioned = row.commissioned, s.added = row.added
RETURN count(s) AS marked
