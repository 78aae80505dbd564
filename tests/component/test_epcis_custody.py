"""Events that are captured become custody: what is recorded of them, what stays a note, and what no one may record for another."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api.exchange.epcis.hashing import event_hash
from api.exchange.epcis.recording import EventOutcome, Recorder
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.capture import NotAllowed, NotSignedIn, Status, capture_shipments, capture_sites
from graph.custody_facts import children_at
from graph.engine.driver import Graph
from graph.events.pages import events_page
from graph.events.wanted import Wanted
from graph.model.problems import ProblemCode
from graph.model.times import to_ms
from graph.statements import inline
from tests.epcis import MATERIAL, VALID, document, event, name_of, read

MAKER = Actor("sync@maker", Role.ENTERPRISE, "6901234", frozenset(Duty))
BUYER = Actor("sync@buyer", Role.ENTERPRISE, "6909999", frozenset(Duty))
GTIN = "06901234000016"
PALLET = "urn:epc:id:sscc:6901234.0000000001"
PALLET_ID = "package/6901234/069012340000000016"
PLANT, STORE = "urn:epc:id:sgln:6901234.00001.0", "urn:epc:id:sgln:6909999.00001.0"
_ALL = inline("tests/all", "MATCH (n) WHERE n.version IS NOT NULL RETURN n.id AS id")
_ONE = inline("tests/one", "MATCH (n {id: $id}) RETURN properties(n) AS content")
_EDGES = inline("tests/edges", "MATCH (a)-[e]->(b) WHERE type(e) <> 'NAMES' RETURN a.id AS a, type(e) AS kind, b.id AS b")


def can(serial: int) -> str:
    return f"urn:epc:id:sgtin:6901234.000001.{serial}"


def can_id(serial: int) -> str:
    return f"package/6901234/{GTIN}.{serial}"


def lot(number: str) -> str:
    return f"urn:epc:class:lgtin:6901234.000001.{number}"


def lot_id(number: str) -> str:
    return f"batch/6901234/{GTIN}.{number}"


def at(hour: int) -> dict[str, Any]:
    return {"eventTime": f"2026-03-14T{hour:02d}:00:00+08:00"}


def commissioned(*cans: int, number: str | None = "A1", hour: int = 8) -> dict[str, Any]:
    ilmd = {"cbvmda:lotNumber": number} if number else None
    return event(action="ADD", bizStep="commissioning", epcList=[can(one) for one in cans], ilmd=ilmd, **at(hour))


def packed(*cans: int, hour: int = 9, action: str = "ADD") -> dict[str, Any]:
    return event(type="AggregationEvent", epcList=None, parentID=PALLET, childEPCs=[can(one) for one in cans], action=action, **at(hour))


def shipped(*epcs: str, **more: Any) -> dict[str, Any]:
    return event(
        bizStep="shipping",
        epcList=list(epcs),
        sourceList=[{"type": "location", "source": PLANT}],
        destinationList=[{"type": "location", "destination": STORE}],
        **at(10),
        **more,
    )


def made(*inputs: str, hour: int = 7, **more: Any) -> dict[str, Any]:
    quantities = [{"epcClass": one, "quantity": 500, "uom": "GRM"} for one in inputs]
    return event(type="TransformationEvent", epcList=None, action=None, inputQuantityList=quantities or None, **at(hour), **more)


async def capture(graph: Graph, *events: dict[str, Any], actor: Actor = MAKER) -> Sequence[EventOutcome]:
    return await Recorder(graph, actor).record(list(read(document(*events))))


async def ids(graph: Graph, kind: str) -> set[str]:
    return {row["id"] for row in await graph.read(_ALL, Scope.ALL) if row["id"].startswith(f"{kind}/") and "@" not in row["id"]}


async def edges(graph: Graph, kind: str) -> set[tuple[str, str]]:
    return {(row["a"], row["b"]) for row in await graph.read(_EDGES, Scope.ALL) if row["kind"] == kind}


async def stored(graph: Graph, record: str, name: str) -> Any:
    [row] = await graph.read(_ONE, Scope.ALL, id=record)
    return row["content"].get(name)


def notes(outcomes: Sequence[EventOutcome]) -> list[str]:
    return [note.message for outcome in outcomes for note in outcome.notes]


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (Actor.ANONYMOUS, NotSignedIn),
        (Actor("r", Role.REGULATOR), NotAllowed),
        (Actor("p", Role.PLATFORM), NotAllowed),
        (Actor("w", Role.ENTERPRISE, "6901234", frozenset({Duty.WAREHOUSE})), NotAllowed),
    ],
)
async def test_who_may_not_capture(graph: Graph, actor: Actor, error: type[Exception]):
    with pytest.raises(error):
        await capture(graph, commissioned(1), actor=actor)
    assert not await graph.read(_ALL, Scope.ALL)


async def test_nobody_records_for_another_enterprise(graph: Graph):
    outcomes = await capture(graph, commissioned(1), packed(1), shipped(PALLET), made(lot("L"), outputEPCList=[can(2)]), actor=BUYER)
    assert [outcome.status for outcome in outcomes] == [Status.CREATED] * 4
    assert not await ids(graph, "package") | await ids(graph, "batch") | await ids(graph, "shipment") | await ids(graph, "site")
    assert all(outcome.notes for outcome in outcomes)
    assert len(await ids(graph, "event")) == 4


async def test_cans_begin_in_the_batch_of_their_lot(graph: Graph):
    [outcome] = await capture(graph, commissioned(1, 2))
    assert (outcome.status, outcome.notes) == (Status.CREATED, ())
    assert await edges(graph, "PACKED_INTO") == {(lot_id("A1"), can_id(1)), (lot_id("A1"), can_id(2))}


async def test_the_same_event_twice_is_one_in_whatever_syntax(graph: Graph):
    first, again = await capture(graph, commissioned(1), commissioned(1))
    link = commissioned(1) | {"epcList": [f"https://id.gs1.org/01/{GTIN}/21/1"], "eventTime": "2026-03-14T00:00:00.000Z"}
    [later] = await capture(graph, link)
    assert [first.status, again.status, later.status] == [Status.CREATED, Status.UNCHANGED, Status.UNCHANGED]
    assert first.hash == later.hash
    assert len(await ids(graph, "event")) == 1
    assert len(await ids(graph, "package")) == 1


@pytest.mark.parametrize("turned", [False, True])
async def test_lots_whose_texts_are_one_number_are_two_events_and_the_second_is_told_of(graph: Graph, turned: bool):
    told = [commissioned(1, number="007"), commissioned(1, number="7")]
    first, second = reversed(told) if turned else told
    [one], [other] = await capture(graph, first), await capture(graph, second)
    assert (one.status, other.status, one.hash) == (Status.CREATED, Status.CREATED, other.hash)
    assert (one.notes, len(other.notes)) == ((), 1), "a can is of one lot: the other is a note"
    assert await edges(graph, "PACKED_INTO") == {(lot_id(first["ilmd"]["cbvmda:lotNumber"]), can_id(1))}
    again = await capture(graph, *told)
    assert [outcome.status for outcome in again] == [Status.UNCHANGED] * 2
    found = await events_page(graph, MAKER.scope, Wanted(event_ids=[one.hash or ""]), 10)
    assert {event.body["ilmd"]["{urn:epcglobal:cbv:mda}lotNumber"] for event in found} == {"007", "7"}


async def test_an_event_is_found_by_its_hash_with_what_declares_it_wrong_and_by_nobody_else(graph: Graph):
    own = commissioned(1) | {"eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"}
    wrong = own | {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z"}}
    [one, _, _] = await capture(graph, own, wrong, commissioned(2))
    wanted = Wanted(event_ids=[one.hash or ""])
    assert len(await events_page(graph, MAKER.scope, wanted, 10)) == 2
    assert await events_page(graph, BUYER.scope, wanted, 10) == await events_page(graph, BUYER.scope, wanted, 10, owner="6901234") == []


FIRST, SECOND, THIRD = (f"urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a{digit}" for digit in "123")


async def called(graph: Graph, event_id: str, actor: Actor = MAKER) -> list[tuple[Any, bool]]:
    """What is found by an event ID: what each came with, and whether it is an error declaration."""
    found = await events_page(graph, actor.scope, Wanted(event_ids=[event_id]), 10, owner=MAKER.enterprise)
    return [(one.event_id, "errorDeclaration" in one.body) for one in found]


@pytest.mark.parametrize("apart", [True, False])
async def test_the_same_event_under_other_ids_is_found_by_each_of_them(graph: Graph, apart: bool):
    told = [commissioned(1) | {"eventID": one} for one in (FIRST, SECOND, THIRD)]
    outcomes = [await capture(graph, one) for one in told] if apart else [await capture(graph, *told)]
    assert [one.status for some in outcomes for one in some] == [Status.CREATED, Status.UNCHANGED, Status.UNCHANGED]
    assert len(await ids(graph, "event")) == 1
    for event_id in (FIRST, SECOND, THIRD):
        assert await called(graph, event_id) == [(FIRST, False)]
        assert await called(graph, event_id, BUYER) == []
    await capture(graph, *told)
    assert await called(graph, SECOND) == [(FIRST, False)]


async def test_an_event_that_had_no_id_is_found_by_the_one_that_it_has_later(graph: Graph):
    [first] = await capture(graph, commissioned(1))
    await capture(graph, commissioned(1) | {"eventID": SECOND})
    assert await called(graph, SECOND) == await called(graph, first.hash or "") == [(first.hash, False)]


async def test_by_each_id_an_event_is_found_with_the_declaration_that_it_was_wrong(graph: Graph):
    own = commissioned(1) | {"eventID": FIRST}
    await capture(graph, own, own | {"eventID": SECOND})
    await capture(graph, own | {"eventID": THIRD, "errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z"}})
    for event_id in (FIRST, SECOND, THIRD):
        assert await called(graph, event_id) == [(FIRST, False), (THIRD, True)]


async def test_one_id_of_two_events_finds_both(graph: Graph):
    await capture(graph, commissioned(1) | {"eventID": FIRST}, commissioned(2) | {"eventID": SECOND})
    await capture(graph, commissioned(2) | {"eventID": FIRST})
    assert sorted(await called(graph, FIRST)) == [(FIRST, False), (SECOND, False)]


async def test_an_error_declaration_is_kept_beside_what_it_declares_wrong(graph: Graph):
    wrong = commissioned(1) | {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": "did_not_occur"}}
    outcomes = await capture(graph, commissioned(1), wrong)
    assert [outcome.status for outcome in outcomes] == [Status.CREATED, Status.CREATED]
    assert outcomes[0].hash == outcomes[1].hash
    assert len(await ids(graph, "event")) == 2
    assert "stays recorded" in notes(outcomes)[0]


def declared(one: dict[str, Any], reason: str = "did_not_occur") -> dict[str, Any]:
    return one | {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": reason}}


async def test_a_declaration_names_the_shipment_that_stands_until_it_is_taken_back(graph: Graph):
    first, second = (
        shipped(can(1)),
        shipped(can(2), bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:epc:id:gdti:6901234.00001.7"}]),
    )
    await capture(graph, commissioned(1, 2), first, second)
    for told in (first, second):
        [shipment] = {one for item, one in await edges(graph, "SHIPPED_IN") if item == can_id(1 if told is first else 2)}
        [note] = notes(await capture(graph, declared(told)))
        assert f"stays recorded until its records are amended: {shipment} stands, which did not take place" in note
        assert "`packages: []`" in note
        assert notes(await capture(graph, declared(told, "incorrect_data"))) == [note.partition(":")[0]]
        names = ("number", "origin", "destination")
        content = {name: await stored(graph, shipment, name) for name in names}
        back = content | {"departedAt": "2026-03-14T10:00:00+08:00", "packages": []}
        assert [outcome.status for outcome in await capture_shipments(graph, MAKER, [back])] == [Status.UPDATED]
        assert notes(await capture(graph, declared(told))) == [note.partition(":")[0]]


async def test_a_declaration_of_what_nobody_captured_says_so(graph: Graph):
    await capture(graph, commissioned(1), actor=BUYER)
    [note] = notes(await capture(graph, declared(commissioned(1))))
    assert "no event that says the same has been captured; once one is, nothing is recorded of it" in note
    await capture(graph, commissioned(1))
    [note] = notes(await capture(graph, declared(commissioned(1))))
    assert "no event" not in note


@pytest.mark.parametrize(
    "spelled",
    [
        {"declarationTime": "2026-03-15T08:00:00.000+08:00"},
        {"reason": "https://ref.gs1.org/cbv/ER-did_not_occur"},
        {"correctiveEventIDs": [can(4), can(3)]},
        {"correctiveEventIDs": [f"https://id.gs1.org/01/{GTIN}/21/3", can(4)]},
        {"ex:at": "2026-03-14T01:00:00+01:00"},
        {"ex:of": f"https://example.com/01/{GTIN}/21/9"},
        {"ex:some": ["b", "a"], "ex:none": []},
    ],
    ids=", ".join,
)
async def test_a_declaration_in_another_spelling_is_the_same_one(graph: Graph, spelled: dict[str, Any]):
    declaration = {"declarationTime": "2026-03-15T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": [can(3), can(4)]}
    declaration |= {"ex:time": "2026-03-14T00:00:00Z", "ex:of": can(9), "ex:some": ["a", "b"]}
    context = {"@context": {"ex": "https://example.com/"}}
    if "ex:at" in spelled:
        spelled = {"ex:time": spelled["ex:at"]}
    [first] = await capture(graph, commissioned(1) | context | {"errorDeclaration": declaration})
    for again in (declaration | spelled, declaration):
        link = commissioned(1) | {"epcList": [f"https://id.gs1.org/01/{GTIN}/21/1"]}
        [outcome] = await capture(graph, link | context | {"errorDeclaration": again})
        assert (first.status, outcome.status) == (Status.CREATED, Status.UNCHANGED)
    [other] = await capture(
        graph, commissioned(1) | context | {"errorDeclaration": declaration | {"declarationTime": "2026-03-15T00:00:01Z"}}
    )
    assert other.status is Status.CREATED
    assert len(await ids(graph, "event")) == 2


async def test_a_lot_that_is_told_later_takes_the_place_of_none(graph: Graph):
    await capture(graph, commissioned(1, number=None))
    [(before, _)] = await edges(graph, "PACKED_INTO")
    assert f"{GTIN}.__" in before
    outcomes = await capture(graph, made(lot("L1"), ilmd={"cbvmda:lotNumber": "A1"}, outputEPCList=[can(1)]))
    assert not notes(outcomes)
    assert await edges(graph, "PACKED_INTO") == {(lot_id("A1"), can_id(1))}


async def test_a_can_that_is_recorded_brings_no_batch_of_its_own_along(graph: Graph):
    """Whoever ships, packs or uses it need not say again of which lot it is."""
    await capture(graph, commissioned(1))
    batches = await ids(graph, "batch")
    for told in (packed(1), packed(1, hour=9, action="OBSERVE"), shipped(can(1))):
        [outcome] = await capture(graph, told)
        assert not any(record.startswith("batch/") for record in outcome.records)
    assert await ids(graph, "batch") == batches == {lot_id("A1")}
    [outcome] = await capture(graph, packed(1, 2, hour=12))
    [other] = await ids(graph, "batch") - batches
    assert await edges(graph, "PACKED_INTO") == {(lot_id("A1"), can_id(1)), (other, can_id(2))}, "of the other nobody knows"


async def test_two_lots_of_one_can_contradict_each_other(graph: Graph):
    await capture(graph, commissioned(1))
    [outcome] = await capture(graph, commissioned(1, number="A2", hour=9))
    assert outcome.status is Status.CREATED
    assert "the one batch that it was packed from" in outcome.notes[0].message
    assert await edges(graph, "PACKED_INTO") == {(lot_id("A1"), can_id(1))}


async def test_the_same_serial_number_of_two_products_is_two_cans(graph: Graph):
    other = "urn:epc:id:sgtin:6901234.000002.1"
    await capture(graph, event(action="ADD", epcList=[can(1), other]))
    assert await ids(graph, "package") == {can_id(1), "package/6901234/06901234000023.1"}


async def test_what_goes_into_a_pallet_and_out(graph: Graph):
    outcomes = await capture(graph, commissioned(1, 2, 3), packed(1, 2, 3), packed(2, hour=10, action="DELETE"))
    assert not notes(outcomes)
    assert await edges(graph, "CONTAINS") == {(PALLET_ID, can_id(one)) for one in (1, 2, 3)}
    [row] = await graph.read(
        inline("tests/out", "MATCH (:Package {id: $id})-[s:CONTAINS]->(c) WHERE s.until < 2000000000000 RETURN collect(c.id) AS out"),
        Scope.ALL,
        id=PALLET_ID,
    )
    assert row["out"] == [can_id(2)]


async def test_a_pallet_that_is_unpacked_as_a_whole_is_empty(graph: Graph):
    empty = packed(hour=11, action="DELETE") | {"childEPCs": []}
    outcomes = await capture(graph, commissioned(1, 2), packed(1, 2), empty)
    assert not notes(outcomes)
    [row] = await graph.read(
        inline("tests/in", "MATCH (:Package {id: $id})-[s:CONTAINS]->(c) WHERE s.until > 2000000000000 RETURN collect(c.id) AS still"),
        Scope.ALL,
        id=PALLET_ID,
    )
    assert row["still"] == []


async def test_batches_are_made_of_lots_and_grow_event_by_event(graph: Graph):
    lots: dict[str, Any] = {"outputQuantityList": [{"epcClass": lot("B1"), "quantity": 2, "uom": "TNE"}]}
    await capture(graph, made(lot("L1"), **lots))
    await capture(graph, made(lot("L2"), hour=8, **lots), made("urn:epc:class:lgtin:6909999.000001.M", hour=9, **lots))
    foreign = "batch/6909999/06909999000012.M"
    assert await edges(graph, "CONSUMED_BY") == {(one, lot_id("B1")) for one in (lot_id("L1"), lot_id("L2"), foreign)}
    assert await ids(graph, "batch") == {lot_id(one) for one in ("B1", "L1", "L2")}


async def test_a_transformation_of_several_events_is_joined_by_its_id(graph: Graph):
    name = "urn:epc:id:gdti:6901234.00001.1"
    await capture(graph, made(outputQuantityList=[{"epcClass": lot("B1")}], transformationID=name, hour=9))
    await capture(graph, made(lot("L1"), transformationID=name))
    consumed = await edges(graph, "CONSUMED_BY")
    [joined] = {target for source, target in consumed if source == lot_id("L1")}
    assert consumed == {(lot_id("L1"), joined), (joined, lot_id("B1"))}


async def test_a_can_that_goes_into_a_batch_stands_for_its_own(graph: Graph):
    made_of = made(hour=11, inputEPCList=[PALLET], outputQuantityList=[{"epcClass": lot("B9")}])
    outcomes = await capture(graph, commissioned(1), commissioned(2, number="A2"), packed(1, 2), made_of)
    assert not notes(outcomes)
    assert await edges(graph, "CONSUMED_BY") == {(lot_id("A1"), lot_id("B9")), (lot_id("A2"), lot_id("B9"))}


async def test_a_shipment_leaves_and_arrives(graph: Graph):
    outcomes = await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    assert not notes(outcomes)
    [shipment] = await ids(graph, "shipment")
    assert await edges(graph, "SHIPPED_IN") == {(PALLET_ID, shipment)}
    got = event(bizStep="receiving", epcList=[can(1)], readPoint={"id": STORE}, **at(12))
    outcomes = await capture(graph, got, actor=BUYER)
    assert not notes(outcomes)
    assert await edges(graph, "DELIVERED_TO") == {(shipment, "site/6909999/6909999000012")}


async def test_a_receipt_that_comes_first_counts_once_the_shipment_is_there(graph: Graph):
    advice: dict[str, Any] = {"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:7"}]}
    source = {"sourceList": [{"type": "possessing_party", "source": "urn:epc:id:pgln:6901234.00001"}]}
    await capture(graph, event(bizStep="receiving", epcList=[PALLET], readPoint={"id": STORE}, **advice, **source, **at(12)), actor=BUYER)
    await capture(graph, commissioned(1), packed(1), shipped(PALLET, **advice))
    [shipment] = await ids(graph, "shipment")
    assert await edges(graph, "DELIVERED_TO") == {(shipment, "site/6909999/6909999000012")}


async def test_what_a_receiving_event_told_is_not_taken_back_by_the_sender(graph: Graph):
    await capture(graph, commissioned(1, 2), shipped(can(1), can(2)))
    [shipment] = await ids(graph, "shipment")
    await capture(graph, event(bizStep="receiving", epcList=[can(1), can(2)], readPoint={"id": STORE}, **at(12)), actor=BUYER)
    kept: dict[str, Any] = {
        "number": shipment.split("/", 2)[2],
        "origin": await stored(graph, shipment, "origin"),
        "destination": SOLD_AT,
        "departedAt": at(10)["eventTime"],
    }
    for packages in ([], [can_id(1)]):
        [outcome] = await capture_shipments(graph, MAKER, [kept | {"packages": packages}])
        assert [(problem.code, problem.path) for problem in outcome.problems] == [(ProblemCode.RECEIVED, "records[0].packages")]
    assert await edges(graph, "SHIPPED_IN") == {(can_id(1), shipment), (can_id(2), shipment)}
    assert await edges(graph, "DELIVERED_TO") == {(shipment, SOLD_AT)}
    [outcome] = await capture(graph, shipped(can(1), can(2), can(3)))
    assert (outcome.status, outcome.notes) == (Status.CREATED, ()), "what events tell adds"


async def test_a_receipt_without_a_shipment_is_a_note_and_repairs_itself_when_sent_again(graph: Graph):
    got = event(bizStep="receiving", epcList=[PALLET], readPoint={"id": STORE}, **at(12))
    [outcome] = await capture(graph, got, actor=BUYER)
    assert "no shipment is known" in outcome.notes[0].message
    await capture(graph, commissioned(1), packed(1), shipped(PALLET))
    [outcome] = await capture(graph, got, actor=BUYER)
    assert (outcome.status, outcome.notes) == (Status.UNCHANGED, ())
    assert await edges(graph, "DELIVERED_TO")


async def test_what_a_store_sells(graph: Graph):
    sold = event(bizStep="retail_selling", epcList=[can(1)], bizLocation={"id": STORE}, **at(13))
    [outcome] = await capture(graph, sold, actor=BUYER)
    assert not outcome.notes
    assert await edges(graph, "SOLD_AT") == {(can_id(1), "site/6909999/6909999000012")}


SOLD_AT = "site/6909999/6909999000012"


async def test_a_place_that_was_first_shipped_to_is_a_store_once_it_sells(graph: Graph):
    depot = "urn:epc:id:sgln:6909999.00002.0"
    ends: dict[str, Any] = {
        "sourceList": [{"type": "location", "source": depot}],
        "destinationList": [{"type": "location", "destination": STORE}],
    }
    moved = event(bizStep="shipping", epcList=[can(1)], **ends, **at(12))
    sold = event(bizStep="retail_selling", epcList=[can(1)], bizLocation={"id": STORE}, **at(13))
    await capture(graph, moved, actor=BUYER)
    assert await stored(graph, SOLD_AT, "siteKind") == "WAREHOUSE"
    await capture(graph, sold, actor=BUYER)
    assert await stored(graph, SOLD_AT, "siteKind") == "STORE"
    await capture(graph, moved, actor=BUYER)
    assert await stored(graph, SOLD_AT, "siteKind") == "STORE"


async def test_both_in_one_document_are_a_store_and_what_its_owner_recorded_stays(graph: Graph):
    sold = event(bizStep="retail_selling", epcList=[can(1)], bizLocation={"id": PLANT}, **at(13))
    await capture(graph, commissioned(1), shipped(can(1)), sold)
    plant = "site/6901234/6901234000016"
    assert await stored(graph, plant, "siteKind") == "STORE"
    own = {"number": plant.split("/")[2], "siteKind": "PLANT", "name": "Plant"}
    await capture_sites(graph, MAKER, [own])
    await capture(graph, sold | at(14))
    assert await stored(graph, plant, "siteKind") == "PLANT"


async def test_the_ilmd_of_a_transformation_tells_of_its_outputs_alone(graph: Graph):
    ilmd = {"cbvmda:bestBeforeDate": "2028-03-13", "cbvmda:productionDate": "2026-03-13", "cbvmda:lotNumber": "B1"}
    name = "urn:epc:id:gdti:6901234.00001.1"
    out: dict[str, Any] = {"outputQuantityList": [{"epcClass": lot("B1")}], "ilmd": ilmd}
    await capture(graph, made(lot("L1"), inputEPCList=[can(7)], transformationID=name, **out))
    days = {one: (await stored(graph, one, "bestBefore"), await stored(graph, one, "productionDate")) for one in await ids(graph, "batch")}
    assert days.pop(lot_id("B1")) == ("2028-03-13", "2026-03-13")
    assert len(days) == 3
    assert set(days.values()) == {(None, "2026-03-14")}


async def test_what_came_out_in_a_unit_of_mass_is_the_yield(graph: Graph):
    def out(*told: tuple[float, str]) -> dict[str, Any]:
        return {"outputQuantityList": [{"epcClass": lot("B1"), "quantity": number, "uom": unit} for number, unit in told]}

    assert not notes(await capture(graph, made(lot("L1"), **out((0.1, "TNE"), (50_000, "GRM")))))
    assert await stored(graph, lot_id("B1"), "yieldKg") == "150"
    [first, again] = await capture(graph, made(lot("L1"), **out((0.1, "TNE"), (50_000, "GRM"))), made(lot("L2"), hour=8, **out((7, "KGM"))))
    assert not first.notes
    assert [note.message.partition(";")[0] for note in again.notes] == [
        f"not recorded: found 7 kg made of {lot_id('B1')}, and 150 kg as told before"
    ]
    assert await stored(graph, lot_id("B1"), "yieldKg") == "150"
    assert await stored(graph, lot_id("L2"), "yieldKg") is None
    await capture(graph, made(lot("L1"), outputQuantityList=[{"epcClass": lot("B2"), "quantity": 9, "uom": "H87"}]))
    assert await stored(graph, lot_id("B2"), "yieldKg") is None


async def test_a_digital_link_is_of_the_enterprise_that_is_known(graph: Graph):
    link = event(action="ADD", epcList=[f"https://id.gs1.org/01/{GTIN}/10/A1/21/7"])
    [outcome] = await capture(graph, link)
    assert not outcome.notes
    assert await ids(graph, "package") == {can_id(7)}
    [outcome] = await capture(graph, link, actor=BUYER)
    assert "does not show its company prefix" in outcome.notes[0].message


async def test_what_is_no_custody_is_kept_and_said_to_be(graph: Graph):
    outcomes = await capture(
        graph,
        event(bizStep="inspecting"),
        event(action="ADD", epcList=["urn:epc:id:giai:6901234.1"]),
        event(type="AssociationEvent", parentID="urn:epc:id:grai:6901234.00001.1", epcList=None, childEPCs=[can(1)], action="ADD"),
    )
    assert [outcome.status for outcome in outcomes] == [Status.CREATED] * 3
    assert all(outcome.notes for outcome in outcomes)


@pytest.mark.skipif(not MATERIAL.exists(), reason="the documents of others are not here")
async def test_documents_of_others_are_kept_whole_with_equal_hashes(graph: Graph):
    stored = inline("tests/stored", "MATCH (n:EpcisEvent) RETURN n.id AS id, n.body AS body")
    expected: set[str] = set()
    for path in VALID:
        items = list(read(path))
        outcomes = await Recorder(graph, MAKER).record(items)
        assert not [outcome.problems for outcome in outcomes if outcome.problems], name_of(path)
        expected |= {event_hash(item.value).partition(";")[2].partition("?")[0] for item in items if item.value}
    rows = await graph.read(stored, Scope.ALL)
    assert {row["id"].split("/")[2][:64] for row in rows} == expected


@pytest.mark.skipif(not MATERIAL.exists(), reason="the documents of others are not here")
async def test_a_whole_document_of_another_becomes_its_custody(graph: Graph):
    path = MATERIAL / "1.2/EPCIS/XML/Capture/Documents/GS1_US_Pharma_Example_2_2_1_1.xml"
    seller = Actor("sync@seller", Role.ENTERPRISE, "030001", frozenset(Duty))
    outcomes = await Recorder(graph, seller).record(list(read(Path(path))))
    assert not notes(outcomes)
    assert len(await edges(graph, "PACKED_INTO")) == 12
    assert len(await edges(graph, "CONTAINS")) == 15
    assert len(await ids(graph, "shipment")) == 1


OTHER_SSCC = "urn:epc:id:sscc:6909999.0000000011"


def used_by_the_buyer(*inputs: str, hour: int) -> dict[str, Any]:
    outputs = [{"epcClass": "urn:epc:class:lgtin:6909999.000001.MIX"}]
    return event(type="TransformationEvent", epcList=None, action=None, inputEPCList=list(inputs), outputQuantityList=outputs, **at(hour))


async def test_what_came_goes_into_a_batch_and_what_did_not_is_a_note(graph: Graph):
    mixed = used_by_the_buyer(PALLET, hour=12)
    await capture(graph, commissioned(1), commissioned(2, number="A2"), packed(1))
    [outcome] = await capture(graph, mixed, actor=BUYER)
    assert "it is recorded once a shipment has brought it to you" in outcome.notes[0].message
    assert not await edges(graph, "CONSUMED_BY")
    await capture(graph, shipped(PALLET), packed(2, hour=11))
    [outcome] = await capture(graph, mixed, actor=BUYER)
    assert not outcome.notes
    into = "batch/6909999/06909999000012.MIX"
    assert await edges(graph, "CONSUMED_BY") == {(lot_id("A1"), into)}, "what was put into it after it had left never came"


async def test_a_package_that_did_not_come_goes_onto_no_pallet_and_its_owner_is_not_hindered(graph: Graph):
    onto: dict[str, Any] = packed(1, hour=11) | {"parentID": OTHER_SSCC}
    await capture(graph, commissioned(1))
    [outcome] = await capture(graph, onto, actor=BUYER)
    assert "which is another enterprise's and not with you" in outcome.notes[0].message
    outcomes = await capture(graph, packed(1), shipped(PALLET), packed(1, hour=11, action="DELETE"))
    assert not notes(outcomes)
    [outcome] = await capture(graph, onto, actor=BUYER)
    assert (outcome.status, outcome.notes) == (Status.UNCHANGED, ()), "sent again, when it has come"
    assert await edges(graph, "CONTAINS") == {(PALLET_ID, can_id(1)), ("package/6909999/069099990000000111", can_id(1))}


async def test_what_went_in_before_all_was_taken_out_is_out_whichever_was_told_first(graph: Graph):
    out = event(type="AggregationEvent", epcList=None, parentID=PALLET, action="DELETE", **at(11))
    await capture(graph, commissioned(1, 2))
    await capture(graph, out)
    await capture(graph, packed(1, hour=9), packed(2, hour=12))
    assert await children_at(graph, MAKER.scope, PALLET_ID, to_ms(datetime.fromisoformat(at(10)["eventTime"]))) == [can_id(1)]
    assert await children_at(graph, MAKER.scope, PALLET_ID, to_ms(datetime.fromisoformat(at(13)["eventTime"]))) == [can_id(2)]
