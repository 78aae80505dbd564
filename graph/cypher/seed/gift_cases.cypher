// As cases, with the items in gift boxes in the case.
UNWIND $batches AS batch
MATCH (b:ProductionBatch {id: batch.id})
WHERE $scope.all OR b.owner = $scope.enterprise
UNWIND batch.cases AS row
CREATE (c:Package {id: $prefix + row.number, owner: b.owner, number: row.number, level: 'CASE', packedAt: row.at, digest: row.digest,
                   version: 1, touched: 1, recordedAt: $at, recordedBy: $by, auditId: $audit})
WITH b, c, row
UNWIND row.inners AS inner
CREATE (i:Package {id: $prefix + inner.number, owner: b.owner, number: inner.number, level: 'INNER', packedAt: row.at, parent: c.id,
                   digest: inner.digest, version: 1, touched: 1, recordedAt: $at, recordedBy: $by, auditId: $audit})
CREATE (c)-[:CONTAINS {from: row.at, until: $still, commissioned: true}]->(i)
WITH b, i, row, inner
UNWIND inner.items AS item
CREATE (n:Package {id: $prefix + item[0], owner: b.owner, number: item[0], level: 'ITEM', batch: b.id, packedAt: row.at, parent: i.id,
                   digest: item[1], version: 1, touched: 1, recordedAt: $at, recordedBy: $by, auditId: $audit})
CREATE (b)-[:PACKED_INTO {at: row.at}]->(n)
CREATE (i)-[:CONTAINS {from: row.at, until: $still, commissioned: true}]->(n)
RETURN count(n) AS items
