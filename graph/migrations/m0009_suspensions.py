"""Enterprises that are suspended, found without looking at the others."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, missing_indexes

INDEXES: tuple[Key, ...] = (("Enterprise", ("suspendedAt",)),)


async def apply(graph: Graph) -> None:
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return await missing_indexes(graph, INDEXES)
