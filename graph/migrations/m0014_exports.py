"""What an enterprise recorded beside its lists, found by owner."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, missing_indexes

INDEXES: tuple[Key, ...] = tuple((label, ("owner", "id")) for label in ("Receipt", "Sale", "Formula", "ResearchRecord", "ContactPerson"))


async def apply(graph: Graph) -> None:
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return await missing_indexes(graph, INDEXES)
