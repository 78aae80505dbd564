UNWIND $rows AS row
MATCH ()-[e:PACKED_INTO]->(n:Package {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
