// The formulas with these IDs: the viewer's own, where the scope has its enterprise, and those of products granted to it.
UNWIND $ids AS id
MATCH (n:Formula {id: id})
WHERE n.version IS NOT NULL AND (n.owner = $scope.enterprise OR n.product IN $granted)
RETURN collect({
    of: n.product, product: n.product, formula_version: n.formulaVersion, shares: n.shares,
    version: n.version, recorded_at: n.recordedAt
}) AS found
