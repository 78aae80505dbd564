"""Events that were declared wrong: what is told of them afterwards records nothing."""

from collections.abc import Mapping

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.portions import portions
from graph.statements import statement

_DECLARE = statement("capture/declare")


async def declare(graph: Graph, actor: Actor, declarations: Mapping[str, str]) -> None:
    """declarations: the event that each is about, by ID, whether that has come or not."""
    for portion in portions({"declaration": one, "event": event} for one, event in sorted(declarations.items())):
        await graph.put(_DECLARE, actor.scope, rows=portion)
