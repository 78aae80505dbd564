// Level and count of changed stays of packages, whoever owns them: what may go into what is a question about both. Read before the stays.
UNWIND $ids AS id
MATCH (n:Package {id: id})
WHERE $scope.all OR $scope.enterprise <> ''
RETURN collect([n.id, coalesce(n.version, 0), n.level, coalesce(n.touched, 0)]) AS facts
