// variants: label=MilkDelivery,IngredientLot
UNWIND $rows AS row
MATCH ()-[e:SUPPLIED]->(n:%label% {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
