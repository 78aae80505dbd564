// Each record's fields, under the names of the attributes that they become.
UNWIND $ids AS id
MATCH (n:IngredientLot {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, name: n.name, supplier_id: n.supplier, quantity_kg: n.quantityKg, received_at: n.receivedAt,
    category: n.category, main_ingredient: n.mainIngredient, heat_sensitive: n.heatSensitive,
    place_of_origin: n.placeOfOrigin, certificate_texts: n.certificates
}) AS records
