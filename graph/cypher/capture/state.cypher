// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Package,Site,Shipment,Receipt,Sale,Formula,ResearchRecord,ContactPerson,EpcisEvent
// What is stored under each ID; the properties only where the content differs, for the archive.
UNWIND $rows AS row
MATCH (n:%label% {id: row.id})
WHERE $scope.all OR n.owner = $scope.enterprise
RETURN collect([n.id, coalesce(n.version, 0), n.digest, CASE WHEN n.digest <> row.digest THEN properties(n) END,
                n.recordedAt, n.recordedBy, n.auditId]) AS found
