"""What is kept of suspensions, found by ID and by enterprise."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = (("Suspension", ("id",)),)
INDEXES: tuple[Key, ...] = (("Suspension", ("owner", "id")),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
