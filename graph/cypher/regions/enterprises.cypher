// The codes of the enterprises that are registered in a region, between two division codes.
MATCH (e:Enterprise)
WHERE $scope.all AND e.divisionCode >= $low AND e.divisionCode <= $high AND e.version IS NOT NULL
RETURN collect(e.owner) AS codes
