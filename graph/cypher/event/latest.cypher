// The record time of what an enterprise captured last: all up to it is there.
MATCH (c:EventClock {owner: $owner})
WHERE $scope.all OR c.owner IN $scope.owners
RETURN c.last AS at
