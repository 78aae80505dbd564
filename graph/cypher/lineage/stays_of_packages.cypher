// Every stay in a parent of the packages: one row for each parent and interval.
UNWIND $ids AS id
MATCH (n:Package {id: id})<-[c:CONTAINS]-(k)
WHERE $scope.some
RETURN k.id AS parent, c.from AS start, c.until AS end, collect(id) AS packages
