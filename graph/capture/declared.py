"""Events that were declared wrong: told again, they record nothing again."""

from collections.abc import Iterable, Mapping

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.portions import portions
from graph.statements import statement

_DECLARE = statement("capture/declare")
_DECLARED = statement("capture/declared")


async def declare(graph: Graph, actor: Actor, declarations: Mapping[str, str]) -> None:
    """declarations: the event that each is about, by ID. One whose event has not come declares nothing."""
    for portion in portions({"declaration": one, "event": event} for one, event in sorted(declarations.items())):
        await graph.put(_DECLARE, actor.scope, rows=portion)


async def declared(graph: Graph, actor: Actor, events: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for portion in portions(sorted(set(events))):
        [row] = await graph.read(_DECLARED, actor.scope, ids=portion)
        found.update(row[0])
    return frozenset(found)
