// variants: label=MilkDelivery,IngredientLot
UNWIND $rows AS row
MATCH (n:%label% {id: row.id})<-[e:SUPPLIED]-()
WHERE $scope.all OR n.owner = $scope.enterprise
DELETE e
RETURN count(*) AS unlinked
