// Of batches, the PUBLIC and SHARED fields, for who reads those of everybody.
UNWIND $ids AS id
MATCH (n:ProductionBatch {id: id})
WHERE n.version IS NOT NULL AND $scope.all
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null,
    number: n.number, batch_kind: n.batchKind, product_id: n.product, route: null,
    production_date: n.productionDate, best_before: n.bestBefore, started_at: null, ended_at: null,
    yield_kg: null, place_of_production: n.placeOfProduction, producer_name_and_contact: n.producerNameAndContact,
    product_inspection_report_text: n.productInspectionReport, uploaded_on: n.uploadedOn,
    voluntary_disclosures: n.voluntaryDisclosures
}) AS records
