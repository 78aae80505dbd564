// variants: label=Enterprise,Farm,MilkDelivery,IngredientLot,Product,ProductionBatch,Site,Shipment,Receipt,Sale,Formula,ResearchRecord,ContactPerson,EpcisEvent
// The new content of each record, if it still has the version that was read. Setting the owner takes the node's lock before its
// version is looked at: without it two writers could both find the version they expect.
UNWIND $rows AS row
WITH row, split(row.id, '/')[1] AS owner
WHERE $scope.all OR owner = $scope.enterprise
MERGE (n:%label% {id: row.id})
SET n.owner = owner
WITH n, row
WHERE coalesce(n.version, 0) = row.expected
SET n += row.content, n.version = row.expected + 1, n.digest = row.digest,
    n.recordedAt = $at, n.recordedBy = $by, n.auditId = $audit
RETURN count(n) AS written
