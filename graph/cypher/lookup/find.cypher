// What the public may know of each package that a code may mean: one row a candidate, in no order.
UNWIND $candidates AS c
OPTIONAL MATCH (e:Enterprise {id: 'enterprise/' + c.enterprise})
WHERE $scope.public
OPTIONAL MATCH (p:Package {id: c.id})
WHERE $scope.public AND p.version IS NOT NULL
OPTIONAL MATCH (p)<-[:PACKED_INTO]-(b:ProductionBatch)
WHERE b.version IS NOT NULL
OPTIONAL MATCH (b)-[:MAKES]->(x:Product)
OPTIONAL MATCH (p)<-[s:CONTAINS]-(k:Package)
WHERE s.until = $still
RETURN c.id AS id, e.version IS NOT NULL AS enterpriseKnown, p.id IS NOT NULL AS known, p.level AS level, p.state AS state,
       p.packedAt AS packedAt, k.id AS parent, b.id AS batch, b.number AS batchNumber, b.productionDate AS productionDate,
       b.bestBefore AS bestBefore, b.placeOfProduction AS placeOfProduction, b.producerNameAndContact AS producerNameAndContact,
       b.productInspectionReport AS productInspectionReport, b.uploadedOn AS uploadedOn, b.voluntaryDisclosures AS batchDisclosures,
       x.name AS productName, x.netContentAndSpecification AS netContentAndSpecification, x.netContentGrams AS netContentGrams,
       x.productStandard AS productStandard, x.productCategory AS productCategory, x.productionProcess AS productionProcess,
       x.packagingArtwork AS packagingArtwork, x.suitableAge AS suitableAge, x.instructionsForUse AS instructionsForUse,
       x.warnings AS warnings, x.ingredientList AS ingredientList, x.storageConditions AS storageConditions, x.nutrition AS nutrition,
       x.qualityCommitment AS qualityCommitment, x.voluntaryDisclosures AS productDisclosures, x.shelfLifeDays AS shelfLifeDays,
       e.name AS enterpriseName, e.address AS enterpriseAddress, e.website AS enterpriseWebsite,
       e.integrityCertificateNumber AS integrityCertificateNumber, e.integrityCertificate AS integrityCertificate,
       e.integrityCertificateValidity AS integrityCertificateValidity, e.productionLicenceNumber AS productionLicenceNumber,
       e.productionLicenceValidity AS productionLicenceValidity, e.enterpriseTraceUrl AS enterpriseTraceUrl
