// variants: label=MilkDelivery,IngredientLot,ProductionBatch
// One edge per line of a batch's inputs. A source of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:ProductionBatch {id: row.id})
MERGE (s:%label% {id: row.source})
ON CREATE SET s.owner = split(row.source, '/')[1]
CREATE (s)-[e:CONSUMED_BY {at: row.at, quantityKg: row.quantityKg, rework: row.rework, line: row.line}]->(n)
RETURN count(e) AS linked
