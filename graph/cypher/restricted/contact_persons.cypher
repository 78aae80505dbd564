// The contact persons with these IDs, by enterprise: as formulas.
UNWIND $ids AS id
MATCH (n:ContactPerson {id: id})
WITH n, 'enterprise/' + n.owner AS of
WHERE n.version IS NOT NULL AND (n.owner = $scope.enterprise OR of IN $granted)
RETURN collect({
    of: of, name: n.name, position: n.position, phone: n.phone, email: n.email, version: n.version, recorded_at: n.recordedAt
}) AS found
