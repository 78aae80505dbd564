UNWIND $rows AS row
MATCH (n:Package {id: row.id})<-[e:PACKED_INTO]-()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
