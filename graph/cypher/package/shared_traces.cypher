// What parties share of packages that the viewer may read, which is asked before (maternal and baby products draft, table 7).
// Of the batch, the product and the enterprise no more than what the code tells everybody.
UNWIND $ids AS id
MATCH (p:Package {id: id})
WHERE p.version IS NOT NULL AND $scope.some
OPTIONAL MATCH (e:Enterprise {id: 'enterprise/' + p.owner})
OPTIONAL MATCH (p)<-[:PACKED_INTO]-(b:ProductionBatch)
WHERE b.version IS NOT NULL
OPTIONAL MATCH (b)-[:MAKES]->(x:Product)
RETURN id, p.owner + '.' + p.number AS code, e.name AS enterpriseName, e.address AS enterpriseAddress,
       b.number AS batchNumber, b.productionDate AS productionDate, b.bestBefore AS bestBefore,
       b.producerNameAndContact AS producerNameAndContact, x.name AS productName,
       x.netContentAndSpecification AS netContentAndSpecification, x.shelfLifeDays AS shelfLifeDays
