// Each record's fields, under the names of the attributes that they become.
UNWIND $ids AS id
MATCH (n:MilkDelivery {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, farm_id: n.farm, quantity_kg: n.quantityKg, departed_at: n.departedAt,
    departure_temperature_c: n.departureTemperatureC, arrived_at: n.arrivedAt,
    arrival_temperature_c: n.arrivalTemperatureC, milk_source_origin: n.milkSourceOrigin
}) AS records
