// Of enterprises whose contact person was granted to the viewer, which is asked before: the fields that are public, or shared.
UNWIND $ids AS id
MATCH (n:Enterprise {id: id})
WHERE n.version IS NOT NULL AND $scope.enterprise <> ''
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null, code: n.code,
    name: n.name, address: n.address, division_code: n.divisionCode, contact: null, phone: n.phone, website: n.website,
    integrity_certificate_number: n.integrityCertificateNumber, integrity_certificate_text: n.integrityCertificate,
    integrity_certificate_validity: n.integrityCertificateValidity,
    production_licence_number: n.productionLicenceNumber, production_licence_validity: n.productionLicenceValidity,
    enterprise_trace_url: n.enterpriseTraceUrl, suspended_at: n.suspendedAt, product_classes: coalesce(n.productClasses, [])
}) AS records
