// Counts the look-ups of each code, atomically; what was there before decides the verdict, what is there now goes into the answer.
UNWIND $rows AS row
MERGE (c:LookUpCount {id: row.code})
ON CREATE SET c.count = 0, c.firstAt = row.firstAt, c.places = []
SET c.count = c.count + row.n,
    c.places = CASE WHEN size(c.places) < $placesKept
                    THEN c.places + [place IN row.places WHERE NOT place IN c.places]
                    ELSE c.places END
WITH c, row
WHERE $scope.public
RETURN row.code AS code, c.count AS count, c.firstAt AS firstAt, size(c.places) AS places
