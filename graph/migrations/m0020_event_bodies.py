"""What large events say, apart from their own nodes. Events of before keep it in theirs."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_unique, missing_unique

UNIQUE: tuple[Key, ...] = (("EpcisBody", ("id",)),)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)


async def holds(graph: Graph) -> list[str]:
    return await missing_unique(graph, UNIQUE)
