// Each record's fields, under the names of the attributes that they become.
UNWIND $ids AS id
MATCH (n:ProductionBatch {id: id})
WHERE n.version IS NOT NULL AND ($scope.all OR n.owner IN $scope.owners)
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: n.recordedBy,
    number: n.number, batch_kind: n.batchKind, product_id: n.product, route: n.route,
    production_date: n.productionDate, best_before: n.bestBefore, started_at: n.startedAt, ended_at: n.endedAt,
    yield_kg: n.yieldKg, place_of_production: n.placeOfProduction, producer_name_and_contact: n.producerNameAndContact,
    product_inspection_report_text: n.productInspectionReport, uploaded_on: n.uploadedOn,
    voluntary_disclosures: n.voluntaryDisclosures
}) AS records
