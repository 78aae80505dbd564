// The codes of the enterprises that are registered with a class of product, wherever they are.
MATCH (e:Enterprise)
WHERE $scope.all AND e.id > '' AND e.version IS NOT NULL AND $product_class IN coalesce(e.productClasses, [])
RETURN collect(e.owner) AS codes
