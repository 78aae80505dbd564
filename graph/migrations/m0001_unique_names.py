"""No two nodes of one label with the same name."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_unique, missing_unique

UNIQUE: tuple[Key, ...] = (
    ("Migration", ("number",)),
    *(
        (label, ("id",))
        for label in (
            "Enterprise",
            "Farm",
            "MilkDelivery",
            "IngredientLot",
            "Product",
            "ProductionBatch",
            "Package",
            "Site",
            "Shipment",
            "Receipt",
            "Sale",
            "ConsumerQuery",
            "RecordVersion",
            "AuditEntry",
            "LookUpCount",
            "Document",  # its id is the sha256 of its bytes
        )
    ),
)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)


async def holds(graph: Graph) -> list[str]:
    return await missing_unique(graph, UNIQUE)
