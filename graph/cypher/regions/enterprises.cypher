// The codes of the enterprises that are registered in a region, between two division codes, and of them those of a class of product, where one is said.
MATCH (e:Enterprise)
WHERE $scope.all AND e.divisionCode >= $low AND e.divisionCode <= $high AND e.version IS NOT NULL
  AND ($product_class = '' OR $product_class IN coalesce(e.productClasses, []))
RETURN collect(e.owner) AS codes
