// variants: label=MilkDelivery,IngredientLot; edge=CONSUMED_BY
// variants: label=ProductionBatch; edge=PACKED_INTO
// variants: label=Package; edge=SHIPPED_IN,SOLD_AT
// When the caller's own records first used, packed, sent or sold each of its records.
UNWIND $ids AS id
MATCH (n:%label% {id: id})-[e:%edge%]->(m)
WHERE ($scope.all OR n.owner = $scope.enterprise) AND m.owner = n.owner
WITH id, min(e.at) AS first
RETURN collect([id, first]) AS uses
