// Whether the viewer has recorded a lot of this supplier.
MATCH (e:Enterprise {id: $supplier})-[:SUPPLIED]->(l:IngredientLot)
WHERE l.owner = $scope.enterprise
RETURN l.id AS id LIMIT 1
