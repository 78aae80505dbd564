"""The bounds of a regulator: which enterprises a region has, and a class of product (docs/decisions/0008-bounds-of-regulators.md)."""

from dataclasses import replace

from auth.actor import Actor
from auth.region import Division
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.statements import statement

_ENTERPRISES = statement("regions/enterprises")
_OF_CLASS = statement("regions/of_class")


async def bounded(graph: Graph, actor: Actor) -> Actor:
    """The actor with the enterprises that it is bound to, as they are now; others as they are. EngineError."""
    if not actor.bound:
        return actor
    product_class = actor.product_class.value if actor.product_class is not None else ""
    # whom an authority supervises is no record that it reads
    if actor.region is None:
        [row] = await graph.read(_OF_CLASS, Scope.ALL, product_class=product_class)
    else:
        division = Division.of(actor.region)
        [row] = await graph.read(_ENTERPRISES, Scope.ALL, low=division.low, high=division.high, product_class=product_class)
    return replace(actor, supervised=frozenset(row["codes"]))
