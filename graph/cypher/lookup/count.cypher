// Counts the look-ups of each code, atomically; what was there before decides the verdict, what is there now goes into the answer.
// Codes that nobody knows share places: the one looked up last has it, begins anew, and names its record, displacing the one before.
UNWIND $rows AS row
MERGE (c:LookUpCount {id: row.id})
ON CREATE SET c.code = row.code, c.count = 0, c.firstAt = row.firstAt, c.places = []
SET c.count = CASE WHEN coalesce(c.code, row.code) = row.code THEN c.count ELSE 0 END + row.n,
    c.firstAt = CASE WHEN coalesce(c.code, row.code) = row.code THEN c.firstAt ELSE row.firstAt END,
    c.places = CASE WHEN coalesce(c.code, row.code) <> row.code THEN row.places
                    WHEN size(c.places) < $placesKept THEN c.places + [place IN row.places WHERE NOT place IN c.places]
                    ELSE c.places END
SET c.code = row.code
WITH c, row, c.query AS displaced
SET c.query = row.query
WITH c, row, displaced
WHERE $scope.public
RETURN row.id AS id, c.count AS count, c.firstAt AS firstAt, size(c.places) AS places, displaced
