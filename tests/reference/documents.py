"""The GraphQL documents of GraphQLSystem, on the contract's schema."""

_INPUTS = {
    "recordEnterprises": "EnterpriseInput",
    "recordFarms": "FarmInput",
    "recordMilkDeliveries": "MilkDeliveryInput",
    "recordIngredientLots": "IngredientLotInput",
    "recordProducts": "ProductInput",
    "recordBatches": "BatchInput",
    "recordSites": "SiteInput",
    "commissionPackages": "PackageInput",
    "aggregatePackages": "AggregationInput",
    "dispatchShipments": "ShipmentInput",
    "receiveShipments": "ReceiptInput",
    "recordSales": "SaleInput",
}

_OUTCOMES = "outcomes { id status problems { code path message } }"
MUTATIONS = {
    name: f"mutation Record($records: [{kind}!]!) {{ {name}(records: $records) {{ {_OUTCOMES} }} }}" for name, kind in _INPUTS.items()
}

RESOLVE = "query Resolve($code: String!) { resolve(code: $code) { code verdict queryCount } }"

_COMPLETENESS = "completeness { complete gaps { cause at detail } }"
_PAGE = "pageInfo { hasNextPage endCursor } totalCount"

LINEAGE = {
    direction: f"""
query Lineage($seeds: [ID!]!, $first: Int!, $after: String, $nodes: Boolean! = true, $edges: Boolean! = true) {{
  {direction}(from: $seeds) {{
    from
    counts {{ kind count }}
    nodes(first: $first, after: $after) @include(if: $nodes) {{
      edges {{ cursor node {{ id kind distance disclosed record {{ id kind }} }} }}
      {_PAGE}
    }}
    edges(first: $first, after: $after) @include(if: $edges) {{ nodes {{ source target kind at }} {_PAGE} }}
    {_COMPLETENESS}
  }}
}}"""
    for direction in ("forward", "backward")
}

RECALL = f"""
query Recall($seeds: [ID!]!, $radius: Int!, $first: Int!, $after: String) {{
  recallRadius(from: $seeds, radius: $radius) {{
    from
    radius
    batches {{ ring id itemCount sharedInputs {{ id kind disclosed }} }}
    itemCount
    countsWhole
    sites {{ id itemCount soldCount }}
    whereabouts {{ atPlant inTransit inStock sold recovered destroyed }}
    items(first: $first, after: $after) {{ nodes {{ id level }} {_PAGE} }}
    {_COMPLETENESS}
  }}
}}"""

COMMON = """
query Common($seeds: [ID!]!, $first: Int!) {
  commonSources(of: $seeds, first: $first) { source { id kind distance disclosed } score reached }
}"""
