// Of products, the PUBLIC and SHARED fields: for who reads those of everybody, and for whom a restricted field was granted, which is
// asked before.
UNWIND $ids AS id
MATCH (n:Product {id: id})
WHERE n.version IS NOT NULL AND $scope.some
RETURN collect({
    id: n.id, owner: n.owner, version: n.version, recorded_at: n.recordedAt, recorded_by: null, code: n.code,
    name: n.name, net_content_grams: n.netContentGrams, brand: n.brand,
    net_content_and_specification: n.netContentAndSpecification, product_standard: n.productStandard,
    product_category: n.productCategory, production_process: n.productionProcess,
    packaging_artwork_text: n.packagingArtwork, suitable_age: n.suitableAge,
    instructions_for_use: n.instructionsForUse, warnings: n.warnings, ingredient_list: n.ingredientList,
    storage_conditions: n.storageConditions, nutrition: n.nutrition, quality_commitment: n.qualityCommitment,
    voluntary_disclosures: n.voluntaryDisclosures, shelf_life_days: n.shelfLifeDays
}) AS records
