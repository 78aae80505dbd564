// The product of each batch.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:ProductionBatch {id: row.id})
MERGE (p:Product {id: row.product})
ON CREATE SET p.owner = split(row.product, '/')[1]
CREATE (n)-[e:MAKES]->(p)
RETURN count(e) AS linked
