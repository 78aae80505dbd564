// The records whose texts hold every word, in no order; one more than the most is asked for, so that too many are noticed.
CALL db.index.fulltext.queryNodes($index, $words) YIELD node AS n
WITH n
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
WITH n.id AS id LIMIT $limit
RETURN collect(id) AS found
