// What was recorded of the research for these products, by product: as formulas.
UNWIND $ids AS id
MATCH (n:ResearchRecord {product: id})
WHERE n.version IS NOT NULL AND (n.owner = $scope.enterprise OR n.product IN $granted)
RETURN collect({
    of: n.product, number: n.number, product: n.product, project: n.project, stage: n.stage, test_item: n.testItem,
    purpose: n.purpose, method: n.method, conditions: n.conditions, data: n.data, result: n.result, problem: n.problem,
    action: n.action, responsible: n.responsible, version: n.version, recorded_at: n.recordedAt
}) AS found
