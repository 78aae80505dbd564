"""EPCIS events in the order in which they were captured, for who asks what is new."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, missing_indexes

INDEXES: tuple[Key, ...] = (("EpcisEvent", ("owner", "recordedAt", "id")),)


async def apply(graph: Graph) -> None:
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return await missing_indexes(graph, INDEXES)
