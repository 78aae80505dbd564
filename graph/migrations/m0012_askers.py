"""Who asks for access, by whom their requests are made one after the other."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_unique, missing_unique

UNIQUE: tuple[Key, ...] = (("Asker", ("id",)),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)


async def holds(graph: Graph) -> list[str]:
    return await missing_unique(graph, UNIQUE)
