"""Further IDs of events; events that were told again, in the order in which they were."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = (("EpcisEventId", ("id",)),)
INDEXES: tuple[Key, ...] = (("EpcisEvent", ("owner", "againAt", "id")),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
