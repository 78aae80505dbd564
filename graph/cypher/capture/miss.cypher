// What did not arrive. A package of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
MATCH (n:Shipment {id: row.id})-[:BOUND_FOR]->(s:Site)
WHERE $scope.all OR n.owner = $scope.enterprise OR s.owner = $scope.enterprise
MERGE (p:Package {id: row.package})
ON CREATE SET p.owner = split(row.package, '/')[1]
CREATE (p)-[e:MISSING_FROM]->(n)
RETURN count(e) AS linked
