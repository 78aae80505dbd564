// The version that a record is about to lose.
UNWIND $rows AS row
WITH row
WHERE $scope.all OR split(row.of, '/')[1] = $scope.enterprise
CREATE (v:RecordVersion {id: row.id, of: row.of, version: row.version, content: row.content, digest: row.digest,
                         recordedAt: row.recordedAt, recordedBy: row.recordedBy, auditId: row.auditId})
RETURN count(v) AS kept
