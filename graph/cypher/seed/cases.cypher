// Cases of batches, each with its items: what commissioning them one by one comes to.
UNWIND $batches AS batch
MATCH (b:ProductionBatch {id: batch.id})
WHERE $scope.all OR b.owner = $scope.enterprise
UNWIND batch.cases AS row
CREATE (c:Package {id: $prefix + row.number, owner: b.owner, number: row.number, level: 'CASE', packedAt: row.at, digest: row.digest,
                   version: 1, touched: 1, recordedAt: $at, recordedBy: $by, auditId: $audit})
WITH b, c, row
UNWIND row.items AS item
CREATE (n:Package {id: $prefix + item[0], owner: b.owner, number: item[0], level: 'ITEM', batch: b.id, packedAt: row.at, parent: c.id,
                   digest: item[1], version: 1, touched: 1, recordedAt: $at, recordedBy: $by, auditId: $audit})
CREATE (b)-[:PACKED_INTO {at: row.at}]->(n)
CREATE (c)-[:CONTAINS {from: row.at, until: $still, commissioned: true}]->(n)
RETURN count(n) AS items
