"""Indexes for the orders in which records are paged: by a property and the id, over everything and within one owner."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, missing_indexes

SORTS: dict[str, tuple[str, ...]] = {
    "Enterprise": ("nameOrder",),
    "Farm": ("nameOrder",),
    "MilkDelivery": ("arrivedAt",),
    "IngredientLot": ("nameOrder", "receivedAt"),
    "Product": ("nameOrder",),
    "ProductionBatch": ("productionDate", "startedAt"),
    "Package": ("packedAt",),
    "Shipment": ("departedAt",),
    "Site": ("nameOrder",),
    "ConsumerQuery": ("time",),
}
"""By label, what its pages can be ordered by, beside `recordedAt` and the id."""

INDEXES: tuple[Key, ...] = (
    *(
        key
        for label, sorts in SORTS.items()
        for key in (
            (label, ("owner", "id")),
            *((label, (*owner, sort, "id")) for sort in (*sorts, "recordedAt") for owner in ((), ("owner",))),
        )
    ),
    ("RecordVersion", ("of",)),
    ("AuditEntry", ("at",)),
)


async def apply(graph: Graph) -> None:
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return await missing_indexes(graph, INDEXES)
