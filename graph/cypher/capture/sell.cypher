// Packages sold at sites of the caller's own. One of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.store, '/')[1] = $scope.enterprise
MATCH (s:Site {id: row.store})
MERGE (p:Package {id: row.package})
ON CREATE SET p.owner = split(row.package, '/')[1]
CREATE (p)-[e:SOLD_AT {at: row.at, sale: row.sale}]->(s)
RETURN count(e) AS linked
