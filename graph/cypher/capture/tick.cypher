// The record time of what an enterprise captures, later than any before. Setting the owner takes the clock's lock, which is held until this transaction ends:
// whoever gets a later time is there later.
WITH $owner AS owner
WHERE $scope.all OR owner = $scope.enterprise
MERGE (c:EventClock {owner: owner})
SET c.owner = owner
WITH c
SET c.last = CASE WHEN coalesce(c.last, -1) >= $now THEN c.last + 1 ELSE $now END
RETURN c.last AS at
