"""EPCIS events: one node a hash and owner, in the order of their times; the keys that they name."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = (("EpcisEvent", ("id",)), ("EpcisKey", ("id",)))
INDEXES: tuple[Key, ...] = (("EpcisEvent", ("owner", "eventAt", "id")), ("EpcisEvent", ("eventId",)))


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
