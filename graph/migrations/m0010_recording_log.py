"""What an enterprise recorded, found by enterprise, newest first."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, missing_indexes

INDEXES: tuple[Key, ...] = (("AuditEntry", ("enterprise", "id")),)


async def apply(graph: Graph) -> None:
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return await missing_indexes(graph, INDEXES)
