"""The record time of what each enterprise captured last, by which whoever asks for what is new misses nothing."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_unique, missing_unique
from graph.statements import statement

UNIQUE: tuple[Key, ...] = (("EventClock", ("owner",)),)
_CLOCKS = statement("migrations/event_clocks")
_WITHIN_S = 3600


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await graph.administer(_CLOCKS, within=_WITHIN_S)


async def holds(graph: Graph) -> list[str]:
    return await missing_unique(graph, UNIQUE)
