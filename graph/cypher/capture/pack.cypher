// The items packed from each batch. A batch of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
MERGE (b:ProductionBatch {id: row.batch})
ON CREATE SET b.owner = split(row.batch, '/')[1]
WITH b, row
UNWIND row.items AS item
WITH b, item
WHERE $scope.all OR split(item.id, '/')[1] = $scope.enterprise
MATCH (n:Package {id: item.id})
CREATE (b)-[e:PACKED_INTO {at: item.at}]->(n)
RETURN count(e) AS linked
