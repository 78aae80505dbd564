// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,Package,Site,Shipment,Receipt,Sale,Formula,ResearchRecord,ContactPerson
// What one owner has recorded, in the order of the index on (owner, id). level: of packages, so that those that hold others come first.
MATCH (n:%label%)
WHERE n.owner = $owner AND ($scope.all OR n.owner IN $scope.owners) AND n.id > $after AND n.version IS NOT NULL
  AND ($level IS NULL OR n.level = $level)
WITH n ORDER BY n.owner, n.id LIMIT $limit
RETURN collect(properties(n)) AS found
