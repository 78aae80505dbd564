"""Requests for access: found by whom they are for, and by when they end; the access log by who read."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = (("AccessRequest", ("id",)),)
INDEXES: tuple[Key, ...] = (
    *(("AccessRequest", (side, "id")) for side in ("owner", "asker", "approver")),
    ("AccessRequest", ("asker", "until")),
    ("AccessEntry", ("reader", "id")),
)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
