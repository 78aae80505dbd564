"""The bounds of a regulator: which enterprises a region has (docs/decisions/0008-bounds-of-regulators.md)."""

from dataclasses import replace

from auth.actor import Actor
from auth.region import Division
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.statements import statement

_ENTERPRISES = statement("regions/enterprises")


async def bounded(graph: Graph, actor: Actor) -> Actor:
    """The actor with the enterprises that a region binds it to, as they are now; others as they are. EngineError."""
    if actor.region is None:
        return actor
    division = Division.of(actor.region)
    # whom an authority supervises is no record that it reads
    [row] = await graph.read(_ENTERPRISES, Scope.ALL, low=division.low, high=division.high)
    return replace(actor, supervised=frozenset(row["codes"]))
