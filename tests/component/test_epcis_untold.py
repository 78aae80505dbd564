"""What captured events say and custody could not take makes the answers about it incomplete, until it is recorded."""

from typing import Any

import pytest

from api.exchange.epcis.queries import wanted_of
from api.exchange.epcis.recording import tell_news
from auth.scope import Scope
from graph.capture import Options, Status, capture_aggregations, capture_packages, capture_shipments
from graph.engine.driver import Graph
from graph.events.pages import events_page
from graph.lineage.answer import View
from graph.lineage.common import common_sources
from graph.lineage.gaps import Gap, GapCause, Limits
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    PALLET,
    PALLET_ID,
    PLANT,
    SOLD_AT,
    STORE,
    at,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    ids,
    lot,
    lot_id,
    made,
    packed,
    shipped,
)
from tests.epcis import event

ALL = View(Scope.ALL, str)
LIMITS = Limits()


async def forward_gaps(graph: Graph, *seeds: str, view: View = ALL) -> tuple[Gap, ...]:
    return untold((await forward(graph, view, seeds, LIMITS)).gaps)


async def recall_gaps(graph: Graph, *seeds: str) -> tuple[Gap, ...]:
    return untold((await recall_radius(graph, ALL, seeds, 0, LIMITS)).gaps)


def untold(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """Without those for records that nobody sent, such as a buyer's site."""
    return tuple(gap for gap in gaps if gap.cause is GapCause.UNREADABLE)


def bound_for_nobody(*epcs: str, **more: Any) -> dict[str, Any]:
    return event(bizStep="shipping", epcList=list(epcs) or None, readPoint={"id": PLANT}, **at(10), **more)


async def test_goods_that_left_for_nobody_knows_where(graph: Graph):
    await capture(graph, commissioned(1, 2, 3), bound_for_nobody(can(1), can(2)))
    for [gap] in (await forward_gaps(graph, lot_id("A1")), await recall_gaps(graph, lot_id("A1"))):
        assert (gap.cause, gap.at) == (GapCause.UNREADABLE, can_id(1))
        assert gap.detail.startswith(f"a captured event says more of where {can_id(1)} and 1 others")


async def test_a_gap_names_the_event_to_whom_may_read_it(graph: Graph):
    wrong = bound_for_nobody(can(1))
    outcomes = await capture(graph, commissioned(1), wrong)
    asked = wanted_of([("EQ_eventID", str(outcomes[1].hash))])
    [kept] = await events_page(graph, MAKER.scope, asked, 2)
    assert kept.event_id == outcomes[1].hash
    for view in (ALL, View(MAKER.scope, str)):
        [gap] = await forward_gaps(graph, can_id(1), view=view)
        assert gap.detail.endswith(f"the notes of its capture say what: {outcomes[1].hash} of enterprise {MAKER.enterprise}")


def test_a_gap_names_no_event_that_may_not_be_read():
    gap = Gap(GapCause.UNREADABLE, can_id(1), "more", asked=True, events=("event/6901234/00", "event/6909999/11"))
    assert gap.shown_to(BUYER.scope.sees).detail == "more: ni:///sha-256;11?ver=CBV2.0 of enterprise 6909999"
    assert gap.shown_to(Scope.of("6900001").sees).detail == "more"


async def test_what_a_pallet_carried_is_in_question_with_it(graph: Graph):
    await capture(graph, commissioned(1), packed(1), bound_for_nobody(PALLET))
    assert len(await forward_gaps(graph, lot_id("A1"))) == len(await recall_gaps(graph, can_id(1))) == 1


async def test_an_arrival_that_nothing_left_for(graph: Graph):
    arrival = event(bizStep="receiving", epcList=[can(1)], bizLocation={"id": STORE}, **at(11))
    await capture(graph, commissioned(1))
    await capture(graph, arrival, actor=BUYER)
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1
    await capture(graph, shipped(can(1)))
    assert not await recall_gaps(graph, lot_id("A1"))
    [site] = (await recall_radius(graph, ALL, [lot_id("A1")], 0, LIMITS)).sites
    assert (site.node.record, site.item_count) == ("site/6909999/6909999000012", 1)


async def test_an_arrival_told_before_the_goods_themselves(graph: Graph):
    await capture(graph, event(bizStep="receiving", epcList=[can(1)], bizLocation={"id": STORE}, **at(11)), actor=BUYER)
    await capture(graph, commissioned(1))
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1


@pytest.mark.parametrize(
    "told",
    [
        bound_for_nobody(quantityList=[{"epcClass": lot("A1"), "quantity": 5}]),
        shipped(quantityList=[{"epcClass": lot("A1"), "quantity": 5}]),
        event(
            type="AggregationEvent",
            epcList=None,
            parentID=PALLET,
            childQuantityList=[{"epcClass": lot("A1"), "quantity": 5}],
            action="ADD",
            **at(9),
        ),
    ],
    ids=["shipped nowhere", "shipped", "packed"],
)
async def test_lots_without_serial_numbers_go_their_way_untold(graph: Graph, told: dict[str, Any]):
    await capture(graph, commissioned(1), told)
    [gap] = await forward_gaps(graph, lot_id("A1"))
    assert gap.at == lot_id("A1")
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1


async def test_inputs_that_no_lot_tells_of(graph: Graph):
    product = {"epcClass": "urn:epc:idpat:sgtin:6901234.000002.*", "quantity": 5, "uom": "KGM"}
    await capture(
        graph, event(type="TransformationEvent", epcList=None, action=None, inputQuantityList=[product], outputEPCList=[can(1)], **at(7))
    )
    [gap] = (await backward(graph, ALL, [can_id(1)], LIMITS)).gaps
    assert gap.cause is GapCause.UNREADABLE
    assert len((await common_sources(graph, ALL, [can_id(1)], LIMITS)).gaps) == 1


async def test_a_package_of_which_no_batch_is_known(graph: Graph):
    foreign = "urn:epc:id:sgtin:6909999.000001.1"
    await capture(graph, made(lot("L"), inputEPCList=[foreign], outputEPCList=[can(1)]))
    [gap] = (await backward(graph, ALL, [can_id(1)], LIMITS)).gaps
    assert "came from" in gap.detail


async def test_who_may_read_none_of_it_is_told_that_something_is_missing(graph: Graph):
    await capture(graph, commissioned(1), bound_for_nobody(can(1)))
    buyer = View(Scope.of(BUYER.enterprise or ""), lambda record: f"hidden/{len(record)}")
    assert all(gap.at is None or gap.at.startswith("batch/") for gap in await forward_gaps(graph, lot_id("A1"), view=buyer))
    maker = View(Scope.of(MAKER.enterprise or ""), lambda record: f"hidden/{len(record)}")
    [gap] = await forward_gaps(graph, lot_id("A1"), view=maker)
    assert gap.at == can_id(1)


async def test_what_is_all_recorded_leaves_no_gap(graph: Graph):
    await capture(graph, made(lot("L"), outputEPCList=[can(1)]), packed(1), shipped(PALLET))
    await capture(graph, event(bizStep="receiving", epcList=[PALLET], bizLocation={"id": STORE}, **at(11)), actor=BUYER)
    assert not await forward_gaps(graph, lot_id("L"))
    assert not (await backward(graph, ALL, [can_id(1)], LIMITS)).gaps


def aggregated(action: str, **more: Any) -> dict[str, Any]:
    return event(type="AggregationEvent", epcList=None, parentID=PALLET, action=action, **{**at(9), **more})


def seen(step: str | None, **more: Any) -> dict[str, Any]:
    return event(bizStep=step, epcList=[can(1)], **at(11), **more)


SENT_FROM = "site/6901234/6901234000016"
TO_STORE = {"destinationList": [{"type": "location", "destination": STORE}]}
AT_STORE = {"bizLocation": {"id": STORE}}
CLASS = {"epcClass": lot("A1"), "quantity": 5}


@pytest.mark.parametrize(
    "told",
    [
        [seen("departing", **TO_STORE)],
        [seen(None, **TO_STORE)],
        [seen("transporting", destinationList=[{"type": "location", "destination": "https://example.com/somewhere"}])],
        [seen("stocking", **AT_STORE)],
        [seen("dispensing", bizLocation={"id": PLANT})],
        [event(type="AssociationEvent", epcList=None, parentID=PALLET, childEPCs=[can(1)], action="ADD", **at(9)), shipped(PALLET)],
        [aggregated("OBSERVE", childEPCs=[can(1)]), shipped(PALLET)],
        [packed(1), aggregated("OBSERVE", bizStep="shipping", childEPCs=[can(1)], **TO_STORE)],
        [aggregated("ADD", bizStep="shipping", childEPCs=[can(1)], **TO_STORE)],
        [packed(1), aggregated("DELETE", childQuantityList=[CLASS])],
        [made(lot("A1"), outputEPCList=["urn:epc:id:sgtin:6909999.000001.1"])],
        [made(lot("A1"), outputQuantityList=[{"epcClass": "urn:epc:idpat:sgtin:6901234.000002.*"}])],
        [made(lot("A1"), outputEPCList=[PALLET])],
        [commissioned(1, number="A2", hour=9)],
    ],
    ids=lambda told: f"{told[-1]['type']} {told[-1].get('action')} {told[-1].get('bizStep')}" if isinstance(told, list) else None,
)
@pytest.mark.parametrize("apart", [False, True])
async def test_what_events_say_of_the_way_of_goods_and_is_no_record(graph: Graph, told: list[dict[str, Any]], apart: bool):
    for chunk in [[commissioned(1)], told] if apart else [[commissioned(1), *told]]:
        await capture(graph, *chunk)
    seed = lot_id("A2") if "A2" in str(told) else lot_id("A1")
    assert await forward_gaps(graph, seed)
    assert await recall_gaps(graph, seed)


async def test_what_is_seen_where_records_have_it_leaves_no_gap(graph: Graph):
    await capture(graph, commissioned(1), packed(1), aggregated("OBSERVE", childEPCs=[can(1)]), shipped(PALLET))
    await capture(graph, seen("departing", **TO_STORE), seen("inspecting", bizLocation={"id": PLANT}))
    await capture(graph, seen("stocking", **AT_STORE), actor=BUYER)
    assert not await forward_gaps(graph, lot_id("A1"))
    assert not await recall_gaps(graph, lot_id("A1"))


async def test_goods_that_came_elsewhere_than_they_were_bound_for(graph: Graph):
    elsewhere = {"bizLocation": {"id": "urn:epc:id:sgln:6909999.00002.0"}}
    await capture(graph, commissioned(1, 2), shipped(can(1), can(2)))
    [outcome] = await capture(graph, event(bizStep="receiving", epcList=[can(1)], **elsewhere, **at(11)), actor=BUYER)
    assert "was bound for site/6909999/6909999000012" in outcome.notes[0].message
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [can_id(1)]


FURTHER = "urn:epc:id:sgln:6909999.00002.0"
AT_B, AT_C = "site/6909999/6909999000012", "site/6909999/6909999000029"
SENT_ON = event(
    bizStep="shipping",
    epcList=[PALLET],
    sourceList=[{"type": "location", "source": STORE}],
    destinationList=[{"type": "location", "destination": FURTHER}],
    **at(13),
)


def received(hour: int, **more: Any) -> dict[str, Any]:
    return event(bizStep="receiving", epcList=[PALLET], **at(hour), **more)


@pytest.mark.parametrize("place", ["bizLocation", "readPoint"])
@pytest.mark.parametrize("first", ["B", "C"])
async def test_a_receipt_before_its_own_shipment_is_not_that_of_another(graph: Graph, place: str, first: str):
    at_b, at_c = received(11, **{place: {"id": STORE}}), received(14, **{place: {"id": FURTHER}})
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    for got in [at_b, at_c] if first == "B" else [at_c, at_b]:
        await capture(graph, got, actor=BUYER)
    await capture(graph, at_c, actor=BUYER)
    assert {site for _, site in await edges(graph, "DELIVERED_TO")} == {AT_B}
    [brought] = (await recall_radius(graph, ALL, [lot_id("A1")], 0, LIMITS)).sites
    assert brought.node.record == AT_B
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [PALLET_ID]
    await capture(graph, SENT_ON, actor=BUYER)
    [outcome] = await capture(graph, at_c, actor=BUYER)
    assert not outcome.notes
    assert {site for _, site in await edges(graph, "DELIVERED_TO")} == {AT_B, AT_C}
    assert not await recall_gaps(graph, lot_id("A1"))


async def test_a_late_receipt_is_of_the_shipment_to_its_place(graph: Graph):
    """Though the goods had left again by then."""
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    await capture(graph, SENT_ON, actor=BUYER)
    [outcome] = await capture(graph, received(14, **AT_STORE), actor=BUYER)
    assert not outcome.notes
    assert {site for _, site in await edges(graph, "DELIVERED_TO")} == {AT_B}
    alone = shipped(can(2), disposition="in_transit")
    await capture(graph, commissioned(2), alone, event(bizStep="receiving", epcList=[can(2)], **AT_STORE, **at(11)))
    await capture(graph, packed(2, hour=12) | {"parentID": "urn:epc:id:sscc:6909999.0000000001"}, actor=BUYER)
    pallet = SENT_ON | {"epcList": ["urn:epc:id:sscc:6909999.0000000001"]}
    await capture(graph, pallet, actor=BUYER)
    [outcome] = await capture(graph, event(bizStep="receiving", epcList=[can(2)], bizLocation={"id": FURTHER}, **at(14)), actor=BUYER)
    assert not outcome.notes, "on a pallet, after it had come alone"


async def test_a_second_receipt_that_names_no_place_cannot_be_told_from_the_next_legs(graph: Graph):
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    assert not (await capture(graph, received(11), actor=BUYER))[0].notes
    assert not (await capture(graph, received(11, disposition="in_progress"), actor=BUYER))[0].notes
    assert not await recall_gaps(graph, lot_id("A1"))
    [outcome] = await capture(graph, received(14), actor=BUYER)
    assert "had come by shipment/6901234/" in outcome.notes[0].message
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [PALLET_ID]
    await capture(graph, SENT_ON, actor=BUYER)
    [outcome] = await capture(graph, received(14), actor=BUYER)
    assert not outcome.notes
    assert {site for _, site in await edges(graph, "DELIVERED_TO")} == {AT_B, AT_C}
    assert not await recall_gaps(graph, lot_id("A1"))


async def test_goods_that_came_from_another_than_the_shipment_did(graph: Graph):
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    source = {"sourceList": [{"type": "possessing_party", "source": "urn:epc:id:pgln:6909999.00000"}]}
    [outcome] = await capture(graph, received(11, **AT_STORE, **source), actor=BUYER)
    assert "came to site/6909999/6909999000012 from 6909999, and by shipment/6901234/" in outcome.notes[0].message
    assert not await edges(graph, "DELIVERED_TO")
    assert await recall_gaps(graph, lot_id("A1"))


async def test_goods_that_came_by_a_shipment_that_has_not_come_itself(graph: Graph):
    advice = {"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000009:D2"}]}
    source = {"sourceList": [{"type": "location", "source": STORE}]}
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    got = received(14, bizLocation={"id": FURTHER}, **advice, **source)
    [outcome] = await capture(graph, got, actor=BUYER)
    assert "has not come, by which came" in outcome.notes[0].message
    assert not await edges(graph, "DELIVERED_TO")
    assert await recall_gaps(graph, lot_id("A1"))
    await capture(graph, SENT_ON | advice, actor=BUYER)
    [outcome] = await capture(graph, got, actor=BUYER)
    assert not outcome.notes
    assert {site for _, site in await edges(graph, "DELIVERED_TO")} == {AT_C}
    assert not await recall_gaps(graph, lot_id("A1"))


async def test_goods_that_came_by_a_shipment_that_does_not_list_them(graph: Graph):
    advice = {"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000009:D1"}]}
    source = {"sourceList": [{"type": "location", "source": PLANT}]}
    await capture(graph, commissioned(1, 2), shipped(can(1), **advice))
    received = event(bizStep="receiving", epcList=[can(1), can(2)], **AT_STORE, **source, **advice, **at(11))
    [outcome] = await capture(graph, received, actor=BUYER)
    assert f"is recorded without {can_id(2)}" in outcome.notes[0].message
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [can_id(2)]


@pytest.mark.parametrize("told", [{"childQuantityList": [CLASS]}, {"childQuantityList": [CLASS], "childEPCs": [can(1)]}])
async def test_a_pallet_of_which_not_all_is_known(graph: Graph, told: dict[str, Any]):
    await capture(graph, commissioned(1), aggregated("ADD", **told))
    assert GapCause.UNREADABLE in {gap.cause for gap in (await backward(graph, ALL, [PALLET_ID], LIMITS)).gaps}
    assert await recall_gaps(graph, PALLET_ID)


@pytest.mark.parametrize(("number", "batch"), [(7, "7"), (["B2"], "B2"), ({"@value": "B3"}, None), (["B4", "B5"], None)])
async def test_lot_numbers_that_are_no_plain_texts(graph: Graph, number: Any, batch: str | None):
    await capture(graph, commissioned(1, number=number))
    found = await backward(graph, ALL, [can_id(1)], LIMITS)
    assert [node.record for node in found.nodes] == [lot_id(batch)] if batch else found.gaps


async def test_cans_and_their_lot_begin_in_one_event(graph: Graph):
    await capture(graph, commissioned(1, number=None) | {"quantityList": [CLASS]})
    assert [node.record for node in (await backward(graph, ALL, [can_id(1)], LIMITS)).nodes] == [lot_id("A1")]
    two = {"quantityList": [CLASS, {"epcClass": lot("A2"), "quantity": 5}]}
    await capture(graph, commissioned(2, number=None, hour=9) | two)
    assert (await backward(graph, ALL, [can_id(2)], LIMITS)).gaps
    assert await recall_gaps(graph, lot_id("A2"))


async def test_a_lot_that_is_told_of_a_case_alone(graph: Graph):
    case = {"epcList": ["urn:epc:id:sgtin:6901234.100001.1"]}
    [outcome] = await capture(graph, commissioned(1) | case)
    assert "the lot of package/6901234/16901234000013.1 is that of the items in it, and found none" in outcome.notes[0].message
    assert [gap.at for gap in await forward_gaps(graph, lot_id("A1"))] == [lot_id("A1")], "of the item that the case is a grouping of"
    filled = await capture(graph, commissioned(1), commissioned(2) | {"epcList": [PALLET]}, packed(1))
    assert not [outcome.notes for outcome in filled if outcome.notes]


INTO = {"outputQuantityList": [{"epcClass": lot("B9"), "quantity": 5}]}


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("inner", [True, False])
async def test_a_batch_made_of_a_pallet_of_which_not_all_was_read(graph: Graph, apart: bool, inner: bool):
    """Cans went onto it by their serial numbers, and others by their lot alone; or into a case on it."""
    case = "urn:epc:id:sgtin:6901234.100001.1"
    told = [commissioned(1), packed(1), aggregated("ADD", childQuantityList=[{"epcClass": lot("A2"), "quantity": 5}])]
    if inner:
        told[1:] = [one | {"parentID": case} for one in told[1:]] + [aggregated("ADD", childEPCs=[case])]
    made_of = made(hour=11, inputEPCList=[PALLET], **INTO)
    if apart:
        await capture(graph, *told)
    *_, outcome = await capture(graph, *([] if apart else told), made_of)
    assert "more went into batch/6901234/06901234000016.B9 than is recorded" in outcome.notes[0].message
    found = await backward(graph, ALL, [lot_id("B9")], LIMITS)
    assert [node.record for node in found.nodes] == [lot_id("A1")]
    assert [gap.at for gap in untold(found.gaps)] == [lot_id("B9")]
    assert await recall_gaps(graph, lot_id("A2"))


async def test_a_batch_made_of_a_pallet_that_was_read_has_no_gap(graph: Graph):
    await capture(graph, commissioned(1), packed(1))
    await capture(graph, made(hour=11, inputEPCList=[PALLET], **INTO))
    assert not (await backward(graph, ALL, [lot_id("B9")], LIMITS)).gaps
    assert not await recall_gaps(graph, lot_id("A1"))


CASE, CASE_ID = "urn:epc:id:sgtin:6901234.100001.1", "package/6901234/16901234000013.1"
UNIT_OF_LOT = commissioned(number="A1") | {"epcList": [PALLET]}
UNIT_OF_CLASS = commissioned(number=None) | {"epcList": [PALLET], "quantityList": [CLASS]}
UNIT_MADE = made(lot("L"), outputEPCList=[PALLET], outputQuantityList=[CLASS])


@pytest.mark.parametrize(
    ("told", "unit", "key"),
    [
        (commissioned(number="A1") | {"epcList": [CASE]}, CASE_ID, CASE),
        (UNIT_OF_LOT, PALLET_ID, PALLET),
        (UNIT_OF_CLASS, PALLET_ID, PALLET),
        (UNIT_MADE, PALLET_ID, PALLET),
    ],
    ids=["case", "logistic unit", "quantity list", "transformation"],
)
@pytest.mark.parametrize("first", [True, False])
async def test_a_lot_of_a_unit_with_nothing_in_it_is_a_gap_until_something_is(
    graph: Graph, told: dict[str, Any], unit: str, key: str, first: bool
):
    for call in [told, commissioned(1)] if first else [commissioned(1), told]:
        await capture(graph, call)
    assert [gap.at for gap in await forward_gaps(graph, lot_id("A1"))] == [lot_id("A1")]
    assert await recall_gaps(graph, lot_id("A1"))
    assert [gap.at for gap in untold((await backward(graph, ALL, [unit], LIMITS)).gaps)] == [unit]
    assert not await forward_gaps(graph, lot_id("B1"))
    await capture(graph, commissioned(2, number="A2"), packed(2) | {"parentID": "urn:epc:id:sscc:6901234.0000000002"})
    assert await forward_gaps(graph, lot_id("A1")), "another unit was filled"
    await capture(graph, packed(1) | {"parentID": key})
    assert not await forward_gaps(graph, lot_id("A1"))
    assert not untold((await backward(graph, ALL, [unit], LIMITS)).gaps)
    await capture(graph, told)
    assert not await recall_gaps(graph, lot_id("A1"))


@pytest.mark.parametrize("inside", [False, True])
async def test_goods_seen_where_a_shipment_brought_them_are_in_question_once_it_is_amended(graph: Graph, inside: bool):
    """What was known of them by the shipment is not known any more, whoever saw them, until it is again."""
    amended = {"origin": SENT_FROM, "destination": SOLD_AT, "departedAt": at(10)["eventTime"]}
    await capture(graph, commissioned(1, 2), *([packed(1), shipped(PALLET, can(2))] if inside else [shipped(can(1), can(2))]))
    listed = [PALLET_ID, can_id(2)] if inside else [can_id(1), can_id(2)]
    [shipment] = await ids(graph, "shipment")
    seen_there = seen("storing", **AT_STORE)
    await capture(graph, seen_there, actor=BUYER)
    assert not await recall_gaps(graph, lot_id("A1"))

    async def amend(packages: list[str], **more: Any) -> None:
        [outcome] = await capture_shipments(graph, MAKER, [amended | {"number": shipment.split("/", 2)[2], "packages": packages} | more])
        assert outcome.status is Status.UPDATED, outcome.problems

    await amend([can_id(2)])
    [gap] = await recall_gaps(graph, lot_id("A1"))
    assert gap.at == can_id(1)
    await amend(listed)
    assert await recall_gaps(graph, lot_id("A1"))
    await tell_news(graph, MAKER, [shipment], Options())
    assert not await recall_gaps(graph, lot_id("A1"))
    await amend(listed, destination="site/6909998/ELSEWHERE")
    await tell_news(graph, MAKER, listed, Options())
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [can_id(1)]
    await amend(listed)
    await tell_news(graph, MAKER, listed, Options())
    assert not await recall_gaps(graph, lot_id("A1"))
    await capture(graph, seen_there | {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z"}}, actor=BUYER)
    await amend([can_id(2)])
    assert not await recall_gaps(graph, lot_id("A1")), "it was not there, by its own enterprise's word"


@pytest.mark.parametrize("by", ["an aggregation", "its own record"])
async def test_goods_seen_where_a_shipment_brought_them_are_in_question_once_they_were_not_in_it(graph: Graph, by: str):
    """By what is told late of before the departure."""
    await capture(graph, commissioned(1, 2), packed(2), *([packed(1)] if by == "an aggregation" else []))
    item = {"number": can_id(1).rpartition("/")[2], "level": "ITEM", "batch": lot_id("A1"), "packedAt": at(6)["eventTime"]}
    if by == "its own record":
        await capture_packages(graph, MAKER, [item | {"parent": PALLET_ID}])
    await capture(graph, shipped(PALLET))
    await capture(graph, seen("inspecting", **AT_STORE), actor=BUYER)
    assert not await recall_gaps(graph, lot_id("A1"))
    if by == "an aggregation":
        out = {"parent": PALLET_ID, "children": [can_id(1)], "action": "REMOVE", "at": "2026-03-14T09:30:00+08:00"}
        [outcome] = await capture_aggregations(graph, MAKER, [out])
    else:
        [outcome] = await capture_packages(graph, MAKER, [item])
    assert not outcome.problems
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [can_id(1)]
    await tell_news(graph, MAKER, [can_id(1)], Options())
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))] == [can_id(1)]
    await capture(graph, shipped(can(1)))
    assert not await recall_gaps(graph, lot_id("A1"))
