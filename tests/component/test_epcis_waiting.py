"""Events that are captured in whatever order: what refers to something that has not come is recorded once it has, by the system itself."""

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.exchange.epcis.captured import Captured
from api.exchange.epcis.recording import Recorder
from api.exchange.epcis.waiting import Came, tell_waiting
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph import access
from graph.capture import capture_enterprises
from graph.engine.driver import Graph
from graph.model.records.told import is_unstated
from graph.statements import inline
from graph.suspensions import suspend
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    OTHER_SSCC,
    PALLET,
    PALLET_ID,
    STORE,
    at,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    lot,
    lot_id,
    made,
    packed,
    shipped,
    used_by_the_buyer,
)
from tests.component.test_epcis_untold import recall_gaps
from tests.epcis import document, event, read

pytestmark = pytest.mark.anyio
EXAMPLES = 300 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 15
_fresh = itertools.count()
_TOLD = inline(
    "tests/told",
    "MATCH (a)-[e]->(b) WHERE NOT type(e) IN ['NAMES', 'WAITS_FOR'] AND (a.owner IN $owners OR a.code IN $owners) "
    "RETURN a.id AS a, type(e) AS kind, b.id AS b",
)
PLATFORM = Actor("platform", Role.PLATFORM)


def arrival(*epcs: str, hour: int = 11) -> dict[str, Any]:
    return event(bizStep="receiving", epcList=list(epcs), bizLocation={"id": STORE}, **at(hour))


def sold(serial: int) -> dict[str, Any]:
    return event(bizStep="retail_selling", epcList=[can(serial)], bizLocation={"id": STORE}, **at(15))


STORY: list[tuple[Actor, dict[str, Any]]] = [
    (MAKER, made(lot("L"), outputQuantityList=[{"epcClass": lot("A1"), "quantity": 3}])),
    (MAKER, commissioned(1, 3)),
    (MAKER, commissioned(2, number="A2")),
    (MAKER, packed(1)),
    (MAKER, packed(2)),
    (MAKER, shipped(PALLET)),
    (BUYER, arrival(PALLET)),
    (BUYER, used_by_the_buyer(PALLET, hour=11)),
    (BUYER, packed(1, 2, hour=12, action="DELETE")),
    (BUYER, packed(1, hour=13) | {"parentID": OTHER_SSCC}),
    (BUYER, used_by_the_buyer(can(2), hour=14)),
    (BUYER, sold(1)),
]


async def custody_of(graph: Graph, told: Sequence[tuple[Actor, dict[str, Any]]]) -> set[tuple[str, str, str]]:
    """Each event captured by itself, by enterprises that no other example has; the edges with their names as in the story."""
    codes = fresh_codes()
    for actor, one in told:
        await capture_as(graph, codes, actor, one)
    return await told_of(graph, codes)


def fresh_codes() -> dict[str, str]:
    """By the codes of the story."""
    number = next(_fresh)
    return {MAKER.enterprise or "": f"69{number:04}1", BUYER.enterprise or "": f"69{number:04}9"}


async def capture_as(graph: Graph, codes: Mapping[str, str], actor: Actor, one: dict[str, Any]) -> None:
    content = document(one)
    for before, code in codes.items():
        content = content.replace(before, code)
    capturing = Actor("sync", Role.ENTERPRISE, codes[actor.enterprise or ""], frozenset(Duty))
    await Recorder(graph, capturing).record(list(read(content)))


async def told_of(graph: Graph, codes: Mapping[str, str]) -> set[tuple[str, str, str]]:
    def named(text: str) -> str:
        for before, code in codes.items():
            text = text.replace(code, before)
        return "/".join(text.split("/")[:2]) if text.startswith("shipment/") else _unchecked(text)

    rows = await graph.read(_TOLD, None, owners=list(codes.values()))
    return {(named(row["a"]), row["kind"], named(row["b"])) for row in rows}


def _unchecked(record: str) -> str:
    """Without the check digits of keys, which follow the enterprise's code."""
    kind, _, rest = record.partition("/")
    owner, _, number = rest.partition("/")
    key, dot, more = number.partition(".")
    return f"{kind}/{owner}/{key[:-1] if key.isdigit() else key}{dot}{more}"


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.permutations(range(len(STORY))))
async def test_the_order_of_capture_makes_no_difference(graph: Graph, order: list[int]) -> None:
    """But for batches that nobody named: what was packed before it began was taken for one of its own, which stays an input."""
    right = await custody_of(graph, STORY)
    found = await custody_of(graph, [STORY[place] for place in order])
    assert not {edge for edge in right if edge[1].startswith("UNTOLD")}
    assert found >= right
    assert {edge[1] for edge in found - right} <= {"CONSUMED_BY"}
    assert all(is_unstated(edge[0]) for edge in found - right)


async def test_an_arrival_in_a_pallet_that_left_later(graph: Graph) -> None:
    await capture(graph, arrival(can(1)), actor=BUYER)
    await capture(graph, commissioned(1), packed(1))
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1
    await capture(graph, shipped(PALLET))
    assert not await recall_gaps(graph, lot_id("A1"))
    assert await edges(graph, "DELIVERED_TO")


async def test_what_waits_for_what_waits(graph: Graph) -> None:
    """A can that the buyer made of what came, and that went into another batch of its own, all told before what came."""
    own = "urn:epc:id:sgtin:6909999.000001.7"
    await capture(graph, used_by_the_buyer(own, hour=16), actor=BUYER)
    first = {"inputEPCList": [can(1)], "outputEPCList": [own], "ilmd": {"cbvmda:lotNumber": "OWN"}}
    await capture(graph, made(hour=14, **first), actor=BUYER)
    await capture(graph, shipped(can(1)))
    await capture(graph, commissioned(1))
    own_id, into = "batch/6909999/06909999000012.OWN", "batch/6909999/06909999000012.MIX"
    assert {edge for edge in await edges(graph, "CONSUMED_BY") if not is_unstated(edge[0])} == {(lot_id("A1"), own_id), (own_id, into)}


async def test_an_event_that_was_declared_wrong_before_it_came_records_nothing(graph: Graph) -> None:
    wrong = {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": "incorrect_data"}}
    await capture(graph, commissioned(1) | wrong)
    [outcome] = await capture(graph, commissioned(1))
    assert [note.message for note in outcome.notes] == ["kept; it was declared wrong, so that nothing is recorded of it"]
    assert not await edges(graph, "PACKED_INTO")
    [other, _] = await capture(graph, commissioned(2), commissioned(2) | wrong)
    assert not other.notes
    assert {item for _, item in await edges(graph, "PACKED_INTO")} == {can_id(2)}


async def test_who_was_suspended_meanwhile_records_nothing(graph: Graph) -> None:
    await capture_enterprises(graph, PLATFORM, [{"code": BUYER.enterprise, "name": "某公司"}])
    await capture(graph, commissioned(1))
    await capture(graph, arrival(can(1)), actor=BUYER)
    await suspend(graph, PLATFORM, BUYER.enterprise or "", reason="why", address=None)
    await capture(graph, shipped(can(1)))
    assert not await edges(graph, "DELIVERED_TO")
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1


async def test_what_waits_is_recorded_by_whom_it_was_captured_by(graph: Graph) -> None:
    await capture(graph, commissioned(1))
    await capture(graph, arrival(can(1)), actor=BUYER)
    await capture(graph, shipped(can(1)))
    latest, *_ = await access.entries(graph, access.RECORDINGS, Scope.ALL, before=None, limit=50)
    told = [latest[name] for name in ("enterprise", "subject", "action", "address")]
    assert told == [BUYER.enterprise, BUYER.subject, "receiveShipments", None]


async def test_what_can_never_be_recorded_costs_the_teller_little(graph: Graph) -> None:
    """And what can be is recorded, however much it is, as long as some of it comes to something."""
    cans = [can(number) for number in range(1, 61)]
    told: list[str] = []

    async def counted(actor: Actor, events: Sequence[Captured]) -> Came:
        told.extend(one.identity for one in events)
        return await Recorder(graph, MAKER).tell_again(actor, events)

    for one in cans:
        await capture(graph, arrival(one), actor=BUYER)
    stranger = [{"type": "location", "source": "urn:epc:id:sgln:6908888.00001.0"}]
    never = [arrival(PALLET) | {"sourceList": stranger, "eventTime": f"2026-03-14T12:00:{second:02}+08:00"} for second in range(60)]
    await capture(graph, *never, actor=BUYER)
    await capture(graph, commissioned(*range(1, 61)), shipped(*cans))
    assert not await recall_gaps(graph, lot_id("A1"))
    await capture(graph, shipped(PALLET))
    await tell_waiting(graph, MAKER.enterprise or "", [PALLET_ID], (), counted)
    assert 0 < len(told) <= 20
