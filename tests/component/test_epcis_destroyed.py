"""Cans that events destroyed: whose word counts in a recall, and until when."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import permutations
from typing import Any

import pytest

from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.capture import Status
from graph.engine.driver import Graph
from graph.lineage.answer import View
from graph.lineage.gaps import Limits
from graph.lineage.recall import RecallRadius, recall_radius
from graph.lineage.told import Whereabouts
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    PALLET,
    STORE,
    at,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    lot,
    lot_id,
    notes,
    packed,
    shipped,
)
from tests.component.test_epcis_waiting import arrival, sold
from tests.epcis import event

pytestmark = pytest.mark.anyio
ALL = View(Scope.ALL, str)
STRANGER = Actor("sync@stranger", Role.ENTERPRISE, "6908888", frozenset(Duty))
WRONG = {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": "did_not_occur"}}
ELSEWHERE = "urn:epc:id:sgln:6907777.00001.0"


def destroyed(*cans: int, hour: int = 16, **more: Any) -> dict[str, Any]:
    listed = {"action": "DELETE", "bizStep": "destroying", "disposition": "destroyed", "epcList": [can(one) for one in cans]}
    return event(**listed | at(hour) | more)


async def recall(graph: Graph, view: View = ALL) -> RecallRadius:
    return await recall_radius(graph, view, [lot_id("A1")], 0, Limits())


async def whereabouts(graph: Graph, view: View = ALL) -> dict[str, int]:
    """Of the cans of the lot; those numbers that are not 0."""
    found = (await recall(graph, view)).whereabouts
    return {one.name: number for one in fields(Whereabouts) if (number := getattr(found, one.name))}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"disposition": None},
        {"bizStep": None, "disposition": None},
        {"bizStep": None, "disposition": "destroyed", "action": "OBSERVE"},
        {"bizStep": "inspecting", "disposition": "destroyed", "action": "OBSERVE"},
        {"bizStep": "decommissioning", "disposition": "inactive"},
        {"bizStep": "destroying", "disposition": "disposed", "action": "OBSERVE"},
        {"type": "TransactionEvent", "bizTransactionList": [{"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:1"}]},
    ],
)
async def test_what_says_that_a_can_is_no_more(graph: Graph, said: dict[str, Any]) -> None:
    _, outcome = await capture(graph, commissioned(1, 2), destroyed(1, **said))
    assert (outcome.status, outcome.notes) == (Status.CREATED, ())
    found = await recall(graph)
    assert (found.item_count, found.items, found.gaps) == (2, [can_id(1), can_id(2)], ())
    assert await whereabouts(graph) == {"destroyed": 1, "at_plant": 1}


@pytest.mark.parametrize(
    "said",
    [
        {"bizStep": "destroying", "disposition": "in_progress", "action": "OBSERVE"},
        {"bizStep": "decommissioning", "disposition": "damaged"},
        {"bizStep": None, "disposition": "dispensed"},
        {"bizStep": None, "disposition": "retail_sold"},
        {"bizStep": "repackaging", "disposition": None},
        {"bizStep": "inspecting", "disposition": "damaged", "action": "OBSERVE"},
    ],
)
async def test_what_does_not_say_so(graph: Graph, said: dict[str, Any]) -> None:
    told = await capture(graph, commissioned(1), destroyed(1, **said))
    assert "of which custody has no record" in notes(told)[0]
    assert ("right for what is no more" in notes(told)[0]) == (said["bizStep"] != "inspecting")
    assert await whereabouts(graph) == {"at_plant": 1}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ({"bizStep": "dispensing", "disposition": "destroyed"}, "at_plant"),
        ({"bizStep": "retail_selling", "disposition": None, "bizLocation": {"id": STORE}}, "sold"),
    ],
)
async def test_what_was_given_to_somebody_is_not_destroyed(graph: Graph, said: dict[str, Any], right: str) -> None:
    await capture(graph, commissioned(1))
    await capture(graph, destroyed(1, **said), actor=BUYER)
    assert await whereabouts(graph) == {right: 1}


async def test_a_pallet_that_is_destroyed_says_nothing_of_the_cans_in_it(graph: Graph) -> None:
    told = await capture(graph, commissioned(1, 2), packed(1), shipped(PALLET), destroyed(hour=11, epcList=[PALLET]))
    assert notes(told) == [
        "kept; found package/6901234/069012340000000016, no can; what was in it counts where it is; right is an epcList of the cans "
        "that were destroyed with it"
    ]
    assert await whereabouts(graph) == {"in_transit": 1, "at_plant": 1}
    await capture(graph, destroyed(1, hour=11, epcList=[PALLET, can(1)]))
    assert await whereabouts(graph) == {"destroyed": 1, "at_plant": 1}


async def test_a_quantity_that_is_destroyed_is_no_can(graph: Graph) -> None:
    told = await capture(graph, commissioned(1), destroyed(1, epcList=None, quantityList=[{"epcClass": lot("A1"), "quantity": 1}]))
    assert notes(told) == ["kept; classes of things are no cans; right is an epcList of those that were destroyed"]
    assert await whereabouts(graph) == {"at_plant": 1}


async def test_an_aggregation_does_not_destroy(graph: Graph) -> None:
    told = await capture(graph, commissioned(1), packed(1, action="DELETE") | {"disposition": "destroyed"})
    assert "found what was destroyed in an AggregationEvent; right" in notes(told)[0]
    assert await whereabouts(graph) == {"at_plant": 1}


@pytest.mark.parametrize("received", [False, True])
async def test_whose_word_counts(graph: Graph, received: bool) -> None:
    """While the shipment has not arrived the sender's too: of a truck that burnt. Once it has, the receiver's alone."""
    await capture(graph, commissioned(1, 2, 3), packed(1, 2, 3), shipped(PALLET))
    if received:
        await capture(graph, arrival(PALLET), actor=BUYER)
    there = "in_stock" if received else "in_transit"
    for actor, number in ((MAKER, 1), (BUYER, 2), (STRANGER, 3)):
        told = await capture(graph, destroyed(number), actor=actor)
        others = [] if actor is MAKER else [f"kept; found {can_id(number)}, another enterprise's; what you had then counts as destroyed"]
        assert notes(told) == others
    assert await whereabouts(graph) == ({there: 2, "destroyed": 1} if received else {there: 1, "destroyed": 2})


async def test_what_another_sold_its_maker_does_not_destroy(graph: Graph) -> None:
    await capture(graph, commissioned(1), shipped(can(1)))
    await capture(graph, sold(1), actor=BUYER)
    await capture(graph, destroyed(1))
    assert await whereabouts(graph) == {"sold": 1}
    await capture(graph, destroyed(1, hour=17), actor=BUYER)
    assert await whereabouts(graph) == {"destroyed": 1}


async def test_who_passed_it_on_has_it_no_more(graph: Graph) -> None:
    ends: dict[str, Any] = {
        "sourceList": [{"type": "location", "source": STORE}],
        "destinationList": [{"type": "location", "destination": ELSEWHERE}],
    }
    gone = event(bizStep="shipping", epcList=[can(1)], **ends, **at(13))
    got = event(bizStep="receiving", epcList=[can(1)], bizLocation={"id": ELSEWHERE}, **at(14))
    third = Actor("sync@third", Role.ENTERPRISE, "6907777", frozenset(Duty))
    await capture(graph, commissioned(1), shipped(can(1)))
    for actor, told in ((BUYER, arrival(can(1))), (BUYER, gone), (third, got), (BUYER, destroyed(1)), (MAKER, destroyed(1))):
        await capture(graph, told, actor=actor)
    assert await whereabouts(graph) == {"in_stock": 1}
    await capture(graph, destroyed(1), actor=third)
    assert await whereabouts(graph) == {"destroyed": 1}


async def test_who_had_it_once_does_not_get_it_back_by_a_shipment_of_its_own(graph: Graph) -> None:
    """Another's can on a shelf is not to be had by saying that it left once more."""
    to_itself = {"destinationList": [{"type": "location", "destination": "urn:epc:id:sgln:6901234.00009.0"}]}
    again = shipped(can(1)) | to_itself | at(13)
    await capture(graph, commissioned(1), shipped(can(1)))
    await capture(graph, arrival(can(1)), actor=BUYER)
    for told in (again, destroyed(1, hour=17)):
        await capture(graph, told)
    assert (await whereabouts(graph)).get("destroyed") is None


async def test_what_leaves_after_it_was_destroyed_is_on_its_way(graph: Graph) -> None:
    await capture(graph, commissioned(1), destroyed(1, hour=9), shipped(can(1)))
    assert await whereabouts(graph) == {"in_transit": 1}


STORY: Sequence[tuple[Actor, dict[str, Any]]] = (
    (MAKER, commissioned(1)),
    (MAKER, shipped(can(1))),
    (BUYER, arrival(can(1))),
    (BUYER, destroyed(1)),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_the_order_of_capture_makes_no_difference(graph: Graph, order: Sequence[int]) -> None:
    for place in order:
        await capture(graph, STORY[place][1], actor=STORY[place][0])
    assert await whereabouts(graph) == {"destroyed": 1}


async def test_an_event_captured_again_destroys_once(graph: Graph) -> None:
    await capture(graph, commissioned(1), destroyed(1))
    [outcome] = await capture(graph, destroyed(1))
    assert outcome.status is Status.UNCHANGED
    assert len(await edges(graph, "DISCARDED")) == 1


async def test_an_event_that_was_wrong_destroys_nothing(graph: Graph) -> None:
    await capture(graph, commissioned(1), destroyed(1))
    told = await capture(graph, destroyed(1) | WRONG)
    assert notes(told)[0].endswith("amended; the cans that it destroyed count where they were")
    assert await whereabouts(graph) == {"at_plant": 1}
    await capture(graph, destroyed(1))
    assert await whereabouts(graph) == {"at_plant": 1}
    await capture(graph, destroyed(1, hour=17))
    assert await whereabouts(graph) == {"destroyed": 1}


@pytest.mark.parametrize("first", [False, True])
async def test_an_event_that_was_declared_wrong_in_its_own_document(graph: Graph, first: bool) -> None:
    both = [destroyed(1), destroyed(1) | WRONG]
    await capture(graph, commissioned(1), *(reversed(both) if first else both))
    assert await whereabouts(graph) == {"at_plant": 1}


async def test_nobody_declares_anothers_event_wrong(graph: Graph) -> None:
    await capture(graph, commissioned(1), destroyed(1))
    await capture(graph, destroyed(1) | WRONG, actor=BUYER)
    assert await whereabouts(graph) == {"destroyed": 1}


async def test_an_enterprise_is_told_of_what_it_destroyed_itself(graph: Graph) -> None:
    await capture(graph, commissioned(1, 2), shipped(can(1)), destroyed(2))
    for told in (arrival(can(1)), destroyed(1)):
        await capture(graph, told, actor=BUYER)
    assert await whereabouts(graph) == {"destroyed": 2}
    maker, buyer = View(MAKER.scope, str), View(BUYER.scope, str)
    assert await whereabouts(graph, maker) == {"in_stock": 1, "destroyed": 1}
    assert not (await recall(graph, maker)).counts_whole
    assert (await recall_radius(graph, buyer, [can_id(1)], 0, Limits())).whereabouts == Whereabouts(destroyed=1)
    assert await whereabouts(graph, View(MAKER.scope, str, counts_hidden=True)) == {"destroyed": 2}
