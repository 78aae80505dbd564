"""Further IDs of events, and those of events that declarations name and that have not come."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_unique, missing_unique

UNIQUE: tuple[Key, ...] = (("EpcisEventId", ("id",)),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)


async def holds(graph: Graph) -> list[str]:
    return await missing_unique(graph, UNIQUE)
