// variants: label=MilkDelivery,IngredientLot; source=Farm,Enterprise
// From whom each delivery or lot came. A source of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:%label% {id: row.id})
MERGE (s:%source% {id: row.source})
ON CREATE SET s.owner = split(row.source, '/')[1]
CREATE (s)-[e:SUPPLIED]->(n)
RETURN count(e) AS linked
