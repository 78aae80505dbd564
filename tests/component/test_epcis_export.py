"""Captured events come out in an order in which an empty system records the same graph of them."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from api.exchange.epcis.documents import Syntax, document
from api.exchange.epcis.recording import Recorder
from graph.capture import Options
from graph.engine.driver import Graph
from graph.events.history import all_events
from tests import engines
from tests.capturing import ask
from tests.component.test_epcis_custody import (
    FIRST,
    MAKER,
    PALLET,
    PLANT,
    SECOND,
    STORE,
    THIRD,
    at,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    lot_id,
    packed,
    shipped,
)
from tests.component.test_round_trip_epcis import MADE
from tests.epcis import event, read

pytestmark = pytest.mark.anyio
EXAMPLES = 100 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 10
DEPOT = "urn:epc:id:sgln:6901234.00002.0"
WRONG = {"declarationTime": "2026-03-15T00:00:00Z", "reason": "incorrect_data"}
TO_DEPOT = {"destinationList": [{"type": "location", "destination": DEPOT}]}
Told = dict[str, Any]
_NODES = """
MATCH (n)
WHERE n.version IS NOT NULL AND NOT n:RecordVersion
RETURN n.id, properties(n)
"""
_EDGES = "MATCH (n)-[e]->(m) RETURN n.id, type(e), m.id, properties(e)"
_OF_RECORDING = {"recordedAt", "recordedBy", "auditId", "version", "digest", "touched", "expected", "place", "againAt", "body", "prefixes"}
"""With how an event was written, which is not what it says."""


async def shape(graph: Graph) -> list[str]:
    """Every record, every event and every edge, but for who recorded it and when."""
    nodes, found = await ask(graph, _NODES), await ask(graph, _EDGES)
    told = [repr((name, _plain(content))) for name, content in nodes]
    return sorted([*told, *(repr((start, kind, end, _plain(content))) for start, kind, end, content in found)])


def _plain(content: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in content.items() if name not in _OF_RECORDING and value is not None)


async def exported(graph: Graph, syntax: Syntax = Syntax.JSON) -> bytes:
    pieces = document(all_events(graph, MAKER.scope, MAKER.enterprise or ""), syntax)
    return b"".join([piece async for piece in pieces])


async def imported(graph: Graph, content: bytes, at_once: int) -> None:
    items = list(read(content))
    for start in range(0, len(items), at_once):
        await Recorder(graph, MAKER, Options()).record(items[start : start + at_once])


async def round_trip(graph: Graph, calls: Sequence[Sequence[Told]], at_once: int, syntax: Syntax = Syntax.JSON) -> None:
    await engines.wipe(graph)
    for call in calls:
        await capture(graph, *call)
    before, content = await shape(graph), await exported(graph, syntax)
    await engines.wipe(graph)
    await imported(graph, content, at_once)
    assert await shape(graph) == before


RECEIVED = event(bizStep="receiving", epcList=[PALLET], bizLocation={"id": DEPOT}, **at(12))
SHIPPED = event(bizStep="shipping", epcList=[PALLET], readPoint={"id": PLANT}, **TO_DEPOT, **at(10))
OTHERS = st.one_of(
    st.just(RECEIVED),
    st.just(SHIPPED),
    st.just(event(bizStep="receiving", epcList=[can(2)], bizLocation={"id": DEPOT}, **at(12))),
    st.just(event(bizStep="shipping", epcList=[can(2)], readPoint={"id": PLANT}, **at(9))),
)
EVENTS = st.builds(
    lambda told, event_id, wrong: told | ({"eventID": event_id} if event_id else {}) | ({"errorDeclaration": wrong} if wrong else {}),
    st.one_of(MADE, OTHERS),
    st.sampled_from([None, FIRST, SECOND, THIRD]),
    st.sampled_from([None, None, None, None, WRONG, WRONG | {"correctiveEventIDs": [SECOND]}]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Events, some of which are told again later, by another ID too."""
    told = draw(st.lists(EVENTS, min_size=1, max_size=7))
    for one in draw(st.lists(st.sampled_from(told), max_size=3)):
        again = draw(st.sampled_from([one, one | {"eventID": THIRD}]))
        told.insert(draw(st.integers(told.index(one) + 1, len(told))), again)
    return told


@pytest.mark.parametrize("together", [False, True], ids=["a call each", "in one call"])
async def test_what_is_exported_makes_the_same_graph(graph: Graph, together: bool) -> None:
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @example([commissioned(1, number="A2", hour=9), commissioned(1)])
    @example([RECEIVED, SHIPPED, RECEIVED])
    @given(histories())
    def run(told: list[Told]) -> None:
        calls, at_once = ([told], 500) if together else ([[one] for one in told], 1)
        asyncio.run_coroutine_threadsafe(round_trip(graph, calls, at_once), loop).result()

    await anyio.to_thread.run_sync(run)


@pytest.mark.parametrize("syntax", Syntax)
@pytest.mark.parametrize("at_once", [1, 500])
async def test_the_lot_that_was_told_first_stays_that_of_the_can(graph: Graph, syntax: Syntax, at_once: int) -> None:
    later, earlier = commissioned(1, number="A2", hour=9), commissioned(1, number="A1", hour=8)
    for calls in ([[later], [earlier]], [[later, earlier]]):
        await round_trip(graph, calls, at_once, syntax)
        assert await edges(graph, "PACKED_INTO") == {(lot_id("A2"), can_id(1))}


async def test_an_event_that_was_told_again_comes_again_after_what_it_needed(graph: Graph) -> None:
    await round_trip(graph, [[RECEIVED], [commissioned(1)], [packed(1)], [SHIPPED], [RECEIVED]], at_once=1)
    [(_, site)] = await edges(graph, "DELIVERED_TO")
    assert site.startswith("site/6901234/")
    told = [item.value.biz_step for item in read(await exported(graph)) if item.value]
    assert told == ["receiving", "commissioning", None, "shipping", "receiving"]


async def test_further_ids_of_an_event_are_exported_with_it(graph: Graph) -> None:
    own = shipped(can(1), bizLocation={"id": STORE})
    await round_trip(graph, [[own | {"eventID": one}] for one in (SECOND, FIRST, THIRD)], at_once=500)
    assert {one for _, one in await edges(graph, "CALLED")} == {f"6901234/{one}" for one in (FIRST, THIRD)}
    assert [item.value.event_id for item in read(await exported(graph)) if item.value] == [SECOND, FIRST, THIRD]
