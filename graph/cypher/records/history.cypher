// The earlier versions of each record. A version has no owner of its own: it is the record's, by the record's ID.
UNWIND $ids AS id
WITH id, split(id, '/')[1] AS owner
WHERE $scope.all OR owner IN $scope.owners
MATCH (v:RecordVersion {of: id})
RETURN id, collect([v.version, v.recordedAt, v.recordedBy, v.content]) AS versions
