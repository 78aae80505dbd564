"""Formulas, research records and contact persons: found by ID, and by product."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = tuple((label, ("id",)) for label in ("Formula", "ResearchRecord", "ContactPerson"))
INDEXES: tuple[Key, ...] = (("ResearchRecord", ("product",)),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
