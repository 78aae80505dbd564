// The grants to the viewer that hold at a time, of any of the records. Those that have ended are not met: the index is on (asker, until).
MATCH (r:AccessRequest)
WHERE r.asker = $asker AND r.until > $at AND r.state = 'APPROVED'
  AND coalesce(r.enterprise, '') = $scope.enterprise AND any(record IN r.records WHERE record IN $ids)
RETURN r.id AS id, r.fields AS fields, r.records AS records
