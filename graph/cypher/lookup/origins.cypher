// variants: label=MilkDelivery,IngredientLot
// What the public may know of the sources of a batch: where milk came from, and certificates of main ingredients.
UNWIND $ids AS id
MATCH (n:%label% {id: id})
WHERE $scope.public AND n.version IS NOT NULL
OPTIONAL MATCH (n)<-[:SUPPLIED]-(f:Farm)
RETURN id, n.milkSourceOrigin AS milkSourceOrigin, f.address AS farmAddress, n.category AS category,
       n.placeOfOrigin AS placeOfOrigin, n.mainIngredient AS mainIngredient, n.certificates AS certificates
