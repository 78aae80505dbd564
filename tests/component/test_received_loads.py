"""What left in a shipment that another enterprise has received stays in it, whatever is told later of when that left and of what was in
what, on both engines."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from auth.actor import Actor
from auth.policy import lineage_scope
from graph.capture import (
    Outcome,
    capture_aggregations,
    capture_batches,
    capture_enterprises,
    capture_filed_shipments,
    capture_packages,
    capture_receipts,
    capture_shipments,
    capture_sites,
    capture_told_packages,
    capture_told_shipments,
    loads,
)
from graph.engine.driver import Graph
from graph.lineage.answer import View
from graph.lineage.gaps import Gap, Limits
from graph.lineage.recall import recall_radius
from graph.model.texts import instant_text
from tests.capturing import (
    CARRIER,
    MAKER,
    PLATFORM,
    REGULATOR,
    STRANGER,
    at,
    batch,
    case,
    item,
    move,
    ms,
    problems,
    receipt,
    shipment,
    site,
    statuses,
    stays,
    totals,
)
from tests.component import test_epcis_custody as epcis

pytestmark = pytest.mark.anyio
SENT = "shipment/MAKER1/H1"
PALLET, CASES, CANS = "package/MAKER1/Z1", ["package/MAKER1/C1", "package/MAKER1/C2"], ["package/MAKER1/I1", "package/MAKER1/I2"]
DEPOT = "site/CARRY1/DEPOT"


@pytest.fixture
async def ready(graph: Graph) -> Graph:
    """A pallet from minute 150 on, with two cases from 200 on, each with a can from 120 on; it leaves at 300 and arrives at 600."""
    await capture_enterprises(graph, PLATFORM, [{"code": code, "name": code} for code in ("MAKER1", "CARRY1", "OTHER1")])
    await capture_batches(graph, MAKER, [batch()])
    await capture_sites(graph, MAKER, [site("PLANT", siteKind="PLANT")])
    for actor in (CARRIER, STRANGER):
        await capture_sites(graph, actor, [site("DEPOT")])
    cans = [item("I1", parent="C1"), item("I2", parent="C2")]
    await capture_packages(graph, MAKER, [case("Z1", level="PALLET"), case("Z2", level="PALLET"), case("C1"), case("C2"), *cans])
    await capture_aggregations(graph, MAKER, [move("ADD", PALLET, CASES, 200)])
    await capture_shipments(graph, MAKER, [shipment(packages=[PALLET])])
    await received(graph)
    return graph


async def received(graph: Graph, **more: Any) -> None:
    assert statuses(await capture_receipts(graph, CARRIER, [receipt(**more)])) in (["CREATED"], ["UPDATED"])


async def sent(graph: Graph, told: Callable[..., Awaitable[list[Outcome]]] = capture_shipments, **more: Any) -> Outcome:
    [outcome] = await told(graph, MAKER, [shipment(**{"packages": [PALLET], **more})])
    return outcome


async def moved(graph: Graph, *moves: dict[str, Any], actor: Actor = MAKER) -> list[Any]:
    outcomes = await capture_aggregations(graph, actor, list(moves))
    return [problems(outcome)[0] if outcome.problems else outcome.status.value for outcome in outcomes]


async def recalled(graph: Graph, batch: str = "batch/MAKER1/B1") -> tuple[dict[str, int], tuple[Gap, ...]]:
    """The cans that each site got."""
    view = View(lineage_scope(REGULATOR), lambda record: f"hidden/{record}")
    answer = await recall_radius(graph, view, [batch], 0, Limits())
    return {found.node.id: found.item_count for found in answer.sites}, answer.gaps


WHOLE = ({DEPOT: 2}, ())


@pytest.mark.parametrize(
    ("told", "departed", "named"),
    [
        *(
            (told, departed, CASES[0])
            for told in (capture_shipments, capture_filed_shipments)
            for departed in (at(199), at(110), "2026-03-14T07:00:00+08:00")
        ),
        *((told, at(340), CASES[1]) for told in (capture_shipments, capture_filed_shipments, capture_told_shipments)),
    ],
)
async def test_a_departure_at_which_less_was_on_the_pallet_is_refused(
    ready: Graph, told: Callable[..., Awaitable[list[Outcome]]], departed: str, named: str
) -> None:
    assert await moved(ready, move("REMOVE", PALLET, CASES[1:], 330)) == ["CREATED"], "after it left"
    before = await totals(ready)
    refused = await sent(ready, told, departedAt=departed)
    assert problems(refused) == [("RECEIVED", "records[0].departedAt")]
    for part in (named, f"receipt/CARRY1/{SENT}", instant_text(ms(600)), instant_text(ms(300)), "missing"):
        assert part in refused.problems[0].message
    assert (await recalled(ready), await totals(ready)) == (WHOLE, before)


async def test_a_departure_at_which_a_case_lacked_its_can_is_refused(ready: Graph) -> None:
    assert (await sent(ready, packages=[PALLET, *CASES])).status.value == "UPDATED"
    assert await moved(ready, move("REMOVE", CASES[0], CANS[:1], 320)) == ["CREATED"]
    refused = await sent(ready, packages=[PALLET, *CASES], departedAt=at(325))
    assert problems(refused) == [("RECEIVED", "records[0].departedAt")]
    assert CANS[0] in refused.problems[0].message
    await received(ready, missing=CANS[:1])
    assert (await sent(ready, packages=[PALLET, *CASES], departedAt=at(325))).status.value == "UPDATED", "its recipient missed it"
    assert await recalled(ready) == ({DEPOT: 1}, ())


async def test_a_departure_with_the_same_load_is_amended(ready: Graph) -> None:
    for minute in (200, 500, 310):
        assert (await sent(ready, departedAt=at(minute))).status.value == "UPDATED"
        assert await recalled(ready) == WHOLE
    await received(ready, missing=[PALLET])
    assert (await sent(ready, departedAt=at(110))).status.value == "UPDATED", "nothing of it arrived"


async def test_a_departure_that_nobody_received_is_amended(ready: Graph) -> None:
    await capture_shipments(ready, MAKER, [shipment("H2", packages=[PALLET])])
    assert (await sent(ready, number="H2", departedAt=at(110))).status.value == "UPDATED"
    await capture_receipts(ready, MAKER, [receipt("shipment/MAKER1/H2")])
    assert (await sent(ready, number="H2", departedAt=at(310))).status.value == "UPDATED"
    assert (await sent(ready, number="H2", departedAt=at(110))).status.value == "UPDATED", "its own receipt hinders nothing"


@pytest.mark.parametrize(
    ("amended", "path"),
    [
        ({"packedAt": at(301)}, "packedAt"),
        ({"parent": "Z2"}, "parent"),
        ({"parent": None}, "parent"),
    ],
)
@pytest.mark.parametrize("of", ["can", "case"])
async def test_a_package_that_was_received_in_another_is_not_packed_elsewhere(
    ready: Graph, of: str, amended: dict[str, Any], path: str
) -> None:
    packed = item("I1", parent="C1") if of == "can" else case("C3", level="CASE", parent="Z1", packedAt=at(160))
    if of == "case":
        await capture_packages(ready, MAKER, [packed, item("I3", parent="C3", packedAt=at(170))])
        assert await recalled(ready) == ({DEPOT: 3}, ())
    before, stayed = await recalled(ready), await stays(ready, f"package/MAKER1/{packed['number']}")
    refused, other = await capture_packages(ready, MAKER, [{**packed, **amended}, item("I9")])
    assert (problems(refused), other.status.value) == ([("RECEIVED", f"records[0].{path}")], "CREATED")
    for part in (f"package/MAKER1/{packed['number']}", packed["parent"], SENT, f"receipt/CARRY1/{SENT}", instant_text(ms(300)), "missing"):
        assert part in refused.problems[0].message
    assert await recalled(ready) == before
    assert await stays(ready, f"package/MAKER1/{packed['number']}") == stayed
    await received(ready, missing=[f"package/MAKER1/{packed['number']}"])
    assert statuses(await capture_packages(ready, MAKER, [{**packed, **amended}])) == ["UPDATED"]


async def test_a_package_is_packed_otherwise_that_still_left_with_the_shipment(ready: Graph) -> None:
    for amended in (item("I1", parent="C2"), item("I1", parent="C2", packedAt=at(299)), item("I1", parent="Z1", packedAt=at(155))):
        assert statuses(await capture_packages(ready, MAKER, [amended])) == ["UPDATED"]
        assert await recalled(ready) == WHOLE
    both = [case("C1", packedAt=at(130)), item("I1", parent="C1", packedAt=at(130))]
    assert statuses(await capture_packages(ready, MAKER, both)) == ["UPDATED", "UPDATED"]
    assert await recalled(ready) == WHOLE


async def test_a_refused_package_takes_along_what_was_to_follow_it(ready: Graph) -> None:
    """A can that goes with its case leaves with it, and not without."""
    await capture_packages(ready, MAKER, [case("C3", parent="Z1", packedAt=at(160)), item("I3", parent="C3", packedAt=at(170))])
    outcomes = await capture_packages(ready, MAKER, [case("C3", packedAt=at(160)), item("I3", parent="Z1", packedAt=at(170))])
    assert [outcome.status.value for outcome in outcomes] == ["REJECTED", "UPDATED"]
    assert await recalled(ready) == ({DEPOT: 3}, ())


@pytest.mark.parametrize(("parent", "child"), [(PALLET, CASES[0]), (CASES[0], CANS[0])])
async def test_nothing_is_taken_out_before_it_left(ready: Graph, parent: str, child: str) -> None:
    assert await moved(ready, move("REMOVE", parent, [child], 700)) == ["CREATED"], "after it left"
    [refused] = await capture_aggregations(ready, MAKER, [move("REMOVE", parent, [child], 250)])
    assert problems(refused) == [("RECEIVED", "records[0].children[0]")]
    for part in (child, parent, SENT, f"receipt/CARRY1/{SENT}", instant_text(ms(300)), instant_text(ms(600)), "missing"):
        assert part in refused.problems[0].message
    assert await recalled(ready) == WHOLE
    assert await moved(ready, move("REMOVE", parent, [child], 301)) == ["CREATED"]
    assert await recalled(ready) == WHOLE
    await received(ready, missing=[child])
    assert await moved(ready, move("REMOVE", parent, [child], 250)) == ["CREATED"], "its recipient missed it"
    assert await recalled(ready) == ({DEPOT: 1}, ())


async def test_what_is_told_together_counts_together(ready: Graph) -> None:
    out, into = move("REMOVE", CASES[0], CANS[:1], 250), move("ADD", CASES[1], CANS[:1], 260)
    assert await moved(ready, out, into) == ["CREATED", "CREATED"], "it left in the other case"
    assert await recalled(ready) == WHOLE
    out, away = move("REMOVE", PALLET, CASES[:1], 250), move("ADD", "package/MAKER1/Z2", CASES[:1], 260)
    late = move("REMOVE", PALLET, CASES[1:], 650)
    found = await moved(ready, out, away, late)
    assert found == [("RECEIVED", "records[0].children[0]"), ("IN_ANOTHER_PARENT", "records[1].children[0]"), "CREATED"]


async def test_whoever_held_it_before_is_not_told_where_it_went(ready: Graph) -> None:
    """The carrier sent the pallet on to another; its maker may not say afterwards that a can was not on it."""
    on = shipment("H2", origin=DEPOT, destination="site/OTHER1/DEPOT", packages=[PALLET], departedAt=at(800))
    assert statuses(await capture_shipments(ready, CARRIER, [on])) == ["CREATED"]
    assert statuses(await capture_receipts(ready, STRANGER, [receipt("shipment/CARRY1/H2", 900)])) == ["CREATED"]
    before = await recalled(ready)
    assert before[0] == {DEPOT: 2, "site/OTHER1/DEPOT": 2}
    [refused] = await capture_aggregations(ready, MAKER, [move("REMOVE", PALLET, CASES[:1], 700)])
    assert problems(refused) == [("RECEIVED", "records[0].children[0]")]
    for part in ("CARRY1", "OTHER1", instant_text(ms(800)), instant_text(ms(900))):
        assert part not in refused.problems[0].message
    assert await moved(ready, move("REMOVE", PALLET, CASES[:1], 700), actor=CARRIER) == [("RECEIVED", "records[0].children[0]")]
    assert await recalled(ready) == before


async def test_a_receipt_that_comes_between_is_seen(ready: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is recorded when what left with the shipment has been read, and the shipment not yet been claimed."""
    await received(ready, missing=[PALLET])
    await capture_shipments(ready, MAKER, [shipment("H2", packages=[PALLET], departedAt=at(290))])
    contents, came = loads.parted, list[str]()

    async def read_and_receive(*asked: Any) -> Any:
        found = await contents(*asked)
        if not came:
            came.extend(statuses(await capture_receipts(ready, CARRIER, [receipt("shipment/MAKER1/H2")])))
        return found

    monkeypatch.setattr(loads, "parted", read_and_receive)
    assert await moved(ready, move("REMOVE", PALLET, CASES[:1], 250)) == [("RECEIVED", "records[0].children[0]")]
    assert came == ["CREATED"]


async def test_a_package_that_is_put_elsewhere_between_is_seen(ready: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipment's loads at both departures have been compared when a can is packed between them."""
    contents, came = loads.left_behind, list[str]()

    async def compare_and_pack(*asked: Any) -> Any:
        found = await contents(*asked)
        if not came:
            came.extend(statuses(await capture_packages(ready, MAKER, [item("I1", parent="C1", packedAt=at(290))])))
        return found

    monkeypatch.setattr("graph.capture.shipments.left_behind", compare_and_pack)
    assert problems(await sent(ready, departedAt=at(250))) == [("RECEIVED", "records[0].departedAt")]
    assert came == ["UPDATED"]
    assert await recalled(ready) == WHOLE


NAMED = [{"type": "desadv", "bizTransaction": "urn:epc:id:gdti:6901234.00006.7"}]


async def left_and_arrived(graph: Graph, **more: Any) -> None:
    """By events: a pallet with two cans of lot A1, packed at 9, that left at 10 and arrived at 14."""
    await epcis.capture(graph, epcis.commissioned(1, 2), epcis.packed(1, 2), epcis.shipped(epcis.PALLET, **more))
    arrival = epcis.event(bizStep="receiving", epcList=[epcis.PALLET], readPoint={"id": epcis.STORE}, **epcis.at(14))
    await epcis.capture(graph, arrival, actor=epcis.BUYER)
    await capture_sites(graph, epcis.BUYER, [site("6909999000012")])


async def test_an_event_that_would_take_out_what_was_received_leaves_a_gap(graph: Graph) -> None:
    await left_and_arrived(graph)
    before, gaps = await recalled(graph, epcis.lot_id("A1"))
    assert (list(before.values()), gaps) == ([2], ())
    [told] = await epcis.capture(graph, epcis.packed(1, action="DELETE") | {"eventTime": "2026-03-14T09:30:00+08:00"})
    assert (told.status.value, "to list it as missing" in told.notes[0].message) == ("CREATED", True)
    found, gaps = await recalled(graph, epcis.lot_id("A1"))
    assert (found, [gap.cause.value for gap in gaps]) == (before, ["UNREADABLE"])


async def test_an_event_by_which_a_shipment_left_later_leaves_a_gap(graph: Graph) -> None:
    await left_and_arrived(graph, bizTransactionList=NAMED)
    await epcis.capture(graph, epcis.packed(1, hour=11, action="DELETE"))
    before, gaps = await recalled(graph, epcis.lot_id("A1"))
    assert (list(before.values()), gaps) == ([2], ())
    [told] = await epcis.capture(graph, epcis.shipped(epcis.PALLET, bizTransactionList=NAMED) | epcis.at(12))
    assert "to list it as missing" in told.notes[0].message
    found, gaps = await recalled(graph, epcis.lot_id("A1"))
    assert (found, [gap.cause.value for gap in gaps]) == (before, ["UNREADABLE"])


async def test_a_document_that_tells_of_a_can_again_moves_it_nowhere(ready: Graph) -> None:
    [outcome] = await capture_told_packages(ready, MAKER, [item("I1", packedAt=at(400))])
    assert outcome.status.value == "UNCHANGED"
    assert await recalled(ready) == WHOLE
