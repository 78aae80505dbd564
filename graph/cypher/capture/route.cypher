// variants: edge=SENT_FROM,BOUND_FOR
// Where each shipment goes from and to. A site of another enterprise that has not come is kept by its name.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.id, '/')[1] = $scope.enterprise
MATCH (n:Shipment {id: row.id})
MERGE (s:Site {id: row.site})
ON CREATE SET s.owner = split(row.site, '/')[1]
CREATE (n)-[e:%edge%]->(s)
RETURN count(e) AS linked
