// Of ingredient lots, the PUBLIC and SHARED fields, for who reads those of everybody.
UNWIND $ids AS id
MATCH (n:IngredientLot {id: id})
WHERE n.version IS NOT NULL AND $scope.all
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: null, name: null, supplier_id: null, quantity_kg: null, received_at: null,
    category: null, main_ingredient: null, heat_sensitive: null,
    place_of_origin: null, certificate_texts: n.certificates
}) AS records
