// What a recipient is to be told of; the same again is the same.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR row.owner = $scope.enterprise
MERGE (d:Due {id: row.id})
ON CREATE SET d += row
RETURN count(d) AS owed
