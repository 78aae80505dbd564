// The packages that each shipment lists. One of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:Shipment {id: row.id})
MERGE (p:Package {id: row.package})
ON CREATE SET p.owner = split(row.package, '/')[1]
CREATE (p)-[e:SHIPPED_IN {at: row.at}]->(n)
RETURN count(e) AS linked
