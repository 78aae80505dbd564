// Of milk deliveries, the PUBLIC and SHARED fields, for who reads those of everybody.
UNWIND $ids AS id
MATCH (n:MilkDelivery {id: id})
WHERE n.version IS NOT NULL AND $scope.all
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: null, farm_id: null, quantity_kg: null, departed_at: null,
    departure_temperature_c: null, arrived_at: null,
    arrival_temperature_c: null, milk_source_origin: n.milkSourceOrigin
}) AS records
