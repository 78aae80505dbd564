// What events say whose own nodes would be too large with it: these are read for each edge that is made.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MERGE (b:EpcisBody {id: row.id})
SET b.body = row.body, b.prefixes = row.prefixes
RETURN count(b) AS kept
