"""Events that were declared wrong: told again, they record nothing again."""

from collections.abc import Mapping

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.portions import portions
from graph.statements import statement

_DECLARE = statement("capture/declare")


async def declare(graph: Graph, actor: Actor, declarations: Mapping[str, str]) -> None:
    """declarations: the event that each is about, by ID. One whose event has not come declares nothing."""
    for portion in portions({"declaration": one, "event": event} for one, event in sorted(declarations.items())):
        await graph.put(_DECLARE, actor.scope, rows=portion)
