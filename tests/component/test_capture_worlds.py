"""Random worlds, told in random order, are stored as docs/reference/graph.md says: the edges are those of the same world planted."""

import asyncio
import itertools
import os

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.actor import Actor, Duty, Role
from graph.capture import Status
from graph.engine.driver import Graph
from graph.statements import inline
from tests.capturing import CAPTURES, PLATFORM, ask
from tests.planting import plant
from tests.reference.calls import PLATFORM as THE_PLATFORM
from tests.reference.calls import RESOLVE, Call, calls
from tests.reference.world import World, relabel
from tests.reference.worlds import SYMBOLS, worlds

pytestmark = pytest.mark.anyio
EXAMPLES = 500 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 25
_fresh = itertools.count()
NOT_PLANTED = ["MAKES", "SENT_FROM", "QUERIED_AS"]
EDGES = """
UNWIND $codes AS code
MATCH (n)-[e]->(m) WHERE n.owner = code AND NOT type(e) IN $leaving_out
RETURN n.id, type(e), m.id, coalesce(e.at, e.from), e.until
"""
OWN = inline("tests/owned", "MATCH (n) WHERE n.owner IS NULL AND n.id CONTAINS '/' SET n.owner = split(n.id, '/')[1]")
"""Planting gives no owner to what has not come; the comparison finds edges by the owner of their source."""


async def tell(graph: Graph, call: Call) -> None:
    if call.mutation == RESOLVE:
        return
    actor = PLATFORM if call.actor == THE_PLATFORM else Actor(f"sync@{call.actor}", Role.ENTERPRISE, call.actor, frozenset(Duty))
    outcomes = await CAPTURES[call.mutation](graph, actor, call.records)
    refused = [(record, outcome) for record, outcome in zip(call.records, outcomes, strict=True) if outcome.status is Status.REJECTED]
    assert not refused, (call.actor, call.mutation, refused)


async def edges(graph: Graph, codes: dict[str, str]) -> list[list[object]]:
    rows = await ask(graph, EDGES, codes=list(codes.values()), leaving_out=NOT_PLANTED)
    symbols = {code: symbol for symbol, code in codes.items()}

    def plain(record: str) -> str:
        kind, code, *number = record.split("/")
        return "/".join((kind, symbols[code], *number))

    return sorted(([plain(source), kind, plain(target), at, until] for source, kind, target, at, until in rows), key=repr)


def codes_of(letter: str) -> dict[str, str]:
    number = next(_fresh)
    return {symbol: f"{symbol}{letter}{number:06}" for symbol in SYMBOLS}


async def compare(graph: Graph, world: World, arrival: int) -> None:
    planted, told = codes_of("P"), codes_of("T")
    await plant(graph, relabel(world, planted))
    await graph.administer(OWN)
    for call in calls(relabel(world, told), arrival):
        await tell(graph, call)
    assert await edges(graph, told) == await edges(graph, planted)


async def test_worlds_are_stored_as_they_are(graph: Graph) -> None:
    """hypothesis runs its examples in a thread of its own; each is handed back to the loop that the graph belongs to."""
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(world=worlds(), arrival=st.integers(0, 2**16))
    def prove(world: World, arrival: int) -> None:
        asyncio.run_coroutine_threadsafe(compare(graph, world, arrival), loop).result()

    await anyio.to_thread.run_sync(prove)
