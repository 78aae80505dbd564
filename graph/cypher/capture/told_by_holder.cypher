// What the caller itself has told, and is in force: of its own packages, or of others' when it held them.
UNWIND $rows AS row
MATCH (n:Package {id: row.child})<-[s:CONTAINS|TAKEN_OUT]-(p:Package {id: row.parent})
WHERE (row.adds AND s.from = row.at
       AND (s.addedBy = $scope.enterprise OR (s.addedBy IS NULL AND split(row.parent, '/')[1] = $scope.enterprise)))
   OR (NOT row.adds AND (s.until = row.at OR s.out = row.at) AND s.removedBy = $scope.enterprise)
RETURN collect(DISTINCT [row.index, row.child]) AS told
