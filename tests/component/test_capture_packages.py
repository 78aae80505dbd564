"""Commissioning and aggregating on both engines."""

from typing import Any

import pytest

from auth.actor import Actor, Duty, Role
from graph.capture import (
    Options,
    capture_aggregations,
    capture_batches,
    capture_packages,
    capture_receipts,
    capture_shipments,
    capture_sites,
)
from graph.capture.errors import TooManyRecords
from graph.engine.driver import Graph, observed
from graph.model.times import STILL
from tests.capturing import (
    CARRIER,
    MAKER,
    STRANGER,
    ask,
    at,
    batch,
    case,
    check_digest,
    item,
    move,
    ms,
    node,
    one,
    problems,
    receipt,
    shipment,
    site,
    statuses,
    stays,
    totals,
)

pytestmark = pytest.mark.anyio
OWN = "package/MAKER1/"
ELSEWHERE = "package/CARRY1/"


@pytest.fixture
async def batched(graph: Graph) -> Graph:
    """A graph with the batch B1."""
    assert statuses(await capture_batches(graph, MAKER, [batch()])) == ["CREATED"]
    return graph


async def test_items_in_cases_on_pallets(batched: Graph) -> None:
    sent = [item("I1", parent="C1"), case("C1", parent=f"{OWN}T1"), item("I2"), {"number": "T1", "level": "PALLET", "packedAt": at(90)}]
    assert statuses(await capture_packages(batched, MAKER, sent)) == ["CREATED"] * 4
    stored = await node(batched, f"{OWN}I1")
    assert stored is not None
    assert (stored["level"], stored["batch"], stored["packedAt"], stored["parent"]) == ("ITEM", "batch/MAKER1/B1", ms(120), f"{OWN}C1")
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(120), STILL, True)]
    assert await stays(batched, f"{OWN}C1") == [(f"{OWN}T1", ms(100), STILL, True)]
    packed = await ask(batched, "MATCH (b:ProductionBatch)-[p:PACKED_INTO]->(i:Package) RETURN b.id, i.id, p.at ORDER BY i.id")
    assert packed == [["batch/MAKER1/B1", f"{OWN}{number}", ms(120)] for number in ("I1", "I2")]
    before = await totals(batched)
    assert statuses(await capture_packages(batched, MAKER, sent)) == ["UNCHANGED"] * 4
    assert await totals(batched) == before


async def test_wrong_packages_are_refused_and_the_rest_stored(batched: Graph) -> None:
    wrong = [
        (item("W1", batch=None), "MISSING", "batch"),
        (case("W2", batch="batch/MAKER1/B1"), "UNEXPECTED", "batch"),
        (item("W3", batch="batch/MAKER1/B9"), "UNKNOWN_REFERENCE", "batch"),
        (item("W4", batch="lot/MAKER1/B1"), "WRONG_KIND", "batch"),
        (item("W5", parent="W5"), "IN_ITSELF", "parent"),
        (item("W6", parent="I1"), "LEVEL_ORDER", "parent"),
        (case("W7", parent="W8"), "LEVEL_ORDER", "parent"),
        (case("W8", parent="W7"), "LEVEL_ORDER", "parent"),
        (case("W9", parent="C1"), "LEVEL_ORDER", "parent"),
        (item("W10", parent=f"{ELSEWHERE}C1"), "NOT_YOURS", "parent"),
        (item("W11", parent="nowhere"), "UNKNOWN_REFERENCE", "parent"),
        (item("W12", parent="W2"), "UNKNOWN_REFERENCE", "parent"),
        (item("W13", parent="W7"), "UNKNOWN_REFERENCE", "parent"),
        (item("W14", level="BOX"), "NOT_LISTED", "level"),
    ]
    outcomes = await capture_packages(batched, MAKER, [item("I1"), *(record for record, _, _ in wrong), case("C1")])
    assert statuses(outcomes) == ["CREATED", *["REJECTED"] * len(wrong), "CREATED"]
    for place, (_, code, field) in enumerate(wrong, start=1):
        assert problems(outcomes[place]) == [(code, f"records[{place}].{field}")]
    assert "found no batch; an item names its batch" in outcomes[1].problems[0].message
    assert await totals(batched) == (3, 1)


async def test_another_commissioning_moves_the_item(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), case("C2"), item(parent="C1")])
    await capture_batches(batched, MAKER, [batch("B2")])
    assert statuses(await capture_packages(batched, MAKER, [item(parent="C2", batch="batch/MAKER1/B2", packedAt=at(130))])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C2", ms(130), STILL, True)]
    assert await ask(batched, "MATCH (b)-[p:PACKED_INTO]->(:Package) RETURN b.id, p.at") == [["batch/MAKER1/B2", ms(130)]]
    [[version]] = await ask(batched, "MATCH (v:RecordVersion) RETURN properties(v)")
    check_digest(version)

    assert statuses(await capture_aggregations(batched, MAKER, [move("REMOVE", "C2", ["I1"], 200)])) == ["CREATED"]
    assert statuses(await capture_packages(batched, MAKER, [item(parent="C1", packedAt=at(120))])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(120), STILL, True)], "it was taken out of another"
    assert statuses(await capture_aggregations(batched, MAKER, [move("REMOVE", "C1", ["I1"], 200)])) == ["CREATED"]
    [late] = await capture_packages(batched, MAKER, [item(parent="C1", packedAt=at(200))])
    assert problems(late) == [("TIMES_OUT_OF_ORDER", "records[0].packedAt")]
    assert statuses(await capture_packages(batched, MAKER, [item()])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I1") == []


async def test_an_amended_package_takes_back_only_its_own_word(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), item("I1", parent="C1"), item("I2", parent="C1"), item("I3")])
    out = move("REMOVE", "C1", ["I1"], 200)
    assert statuses(await capture_aggregations(batched, MAKER, [out])) == ["CREATED"]
    assert statuses(await capture_packages(batched, MAKER, [item("I1")])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I1") == []
    assert statuses(await capture_aggregations(batched, MAKER, [out])) == ["UNCHANGED"]
    [late] = await capture_packages(batched, MAKER, [item("I1", parent="C1", packedAt=at(210))])
    assert problems(late) == [("TIMES_OUT_OF_ORDER", "records[0].packedAt")]
    assert statuses(await capture_packages(batched, MAKER, [item("I1", parent="C1")])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(120), ms(200), True)]
    assert statuses(await capture_packages(batched, MAKER, [item("I1")])) == ["UPDATED"]
    assert statuses(await capture_aggregations(batched, MAKER, [move("ADD", "C1", ["I1"], 150)])) == ["CREATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(150), ms(200), False)], "the REMOVE was told before"

    # an ADD at the time of the commissioning says the same, and stays when that is taken back
    add = move("ADD", "C1", ["I2"], 120)
    assert statuses(await capture_aggregations(batched, MAKER, [add])) == ["CREATED"]
    assert statuses(await capture_aggregations(batched, MAKER, [add])) == ["UNCHANGED"]
    assert statuses(await capture_packages(batched, MAKER, [item("I2")])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I2") == [(f"{OWN}C1", ms(120), STILL, False)]
    assert statuses(await capture_packages(batched, MAKER, [item("I2", parent="C1")])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I2") == [(f"{OWN}C1", ms(120), STILL, True)]
    assert statuses(await capture_aggregations(batched, MAKER, [add])) == ["UNCHANGED"]
    assert statuses(await capture_packages(batched, MAKER, [item("I2")])) == ["UPDATED"]
    assert await stays(batched, f"{OWN}I2") == [(f"{OWN}C1", ms(120), STILL, False)]


async def test_no_levels_make_a_package_hold_itself(batched: Graph) -> None:
    inner, pallet = {"level": "INNER"}, {"level": "PALLET"}
    packed = [case("A0"), case("P1"), *(case(number, **inner) for number in ("w1", "w2", "x2")), item("I1")]
    await capture_packages(batched, MAKER, packed)
    moves = [
        move("ADD", "A0", ["w1", "x2"], 200),
        move("REMOVE", "A0", ["x2"], 220),
        move("ADD", "P1", ["w2", "x2"], 230),
    ]
    assert statuses(await capture_aggregations(batched, MAKER, moves)) == ["CREATED"] * 3
    # w1 and w2 become items, and what they are in becomes inner: not with x2, an inner one, in it as well
    lowered = await capture_packages(batched, MAKER, [case("A0", **inner), case("P1", **inner), item("w1"), item("w2")])
    assert [problems(one) for one in lowered[:2]] == [[("LEVEL_ORDER", "records[0].level")], [("LEVEL_ORDER", "records[1].level")]]
    assert statuses(lowered[2:]) == ["UPDATED", "UPDATED"]
    raised = await capture_packages(batched, MAKER, [case("A0", **pallet), case("x2")])
    assert statuses(raised) == ["UPDATED", "REJECTED"]
    assert problems(raised[1]) == [("LEVEL_ORDER", "records[1].level")]
    [cycle] = await capture_aggregations(batched, MAKER, [move("ADD", "x2", ["P1"], 300)])
    assert problems(cycle) == [("LEVEL_ORDER", "records[0].children[0]")]
    both = await capture_packages(batched, MAKER, [case("P1", **pallet), case("x2")])
    assert statuses(both) == ["UPDATED", "UPDATED"]
    assert statuses(await capture_packages(batched, MAKER, [case("P1"), case("x2", **inner)])) == ["UPDATED", "UPDATED"]
    fallen = await capture_packages(batched, MAKER, [case("P1", **pallet, parent="none"), case("x2")])
    assert statuses(fallen) == ["REJECTED", "REJECTED"], "one falls with the other"


async def test_a_level_that_changes_has_to_fit(batched: Graph) -> None:
    await capture_packages(
        batched, MAKER, [case("C1"), item("I1", parent="C1"), {"number": "N1", "level": "INNER", "packedAt": at(1), "parent": "C1"}]
    )
    sent = [{"number": "C1", "level": "INNER", "packedAt": at(100)}, {"number": "N1", "level": "CASE", "packedAt": at(1), "parent": "C1"}]
    outcomes = await capture_packages(batched, MAKER, sent)
    assert [problems(outcome) for outcome in outcomes] == [[("LEVEL_ORDER", "records[0].level")], [("LEVEL_ORDER", "records[1].parent")]]
    both = [{"number": "C1", "level": "PALLET", "packedAt": at(100)}, {"number": "N1", "level": "CASE", "packedAt": at(1), "parent": "C1"}]
    assert statuses(await capture_packages(batched, MAKER, both)) == ["UPDATED", "UPDATED"]


async def test_children_go_in_and_come_out(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), case("C2"), item("I1"), item("I2")])
    sent = [
        move("ADD", "C2", ["I1"], 300),
        move("REMOVE", "C1", ["I1"], 250),
        move("ADD", "C1", ["I1", f"{OWN}I2"], 200),
    ]
    outcomes = await capture_aggregations(batched, MAKER, sent)
    assert statuses(outcomes) == ["CREATED"] * 3
    assert [outcome.id for outcome in outcomes] == [f"{OWN}C2", f"{OWN}C1", f"{OWN}C1"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(200), ms(250), False), (f"{OWN}C2", ms(300), STILL, False)]
    assert await stays(batched, f"{OWN}I2") == [(f"{OWN}C1", ms(200), STILL, False)]
    entries = await one(batched, "MATCH (a:AuditEntry {action: 'aggregatePackages'}) RETURN a.records")
    assert entries == [f"{OWN}C2", f"{OWN}C1", f"{OWN}C1"]
    before = await totals(batched)
    with observed() as seen:
        assert statuses(await capture_aggregations(batched, MAKER, sent)) == ["UNCHANGED"] * 3
    assert not [statement for statement in seen if statement.writes]
    assert await totals(batched) == before


async def test_wrong_aggregations_are_refused_and_the_rest_stored(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), case("C2"), item("I1", parent="C1"), item("I2"), item("I3"), item("I4")])
    wrong = [
        (move("ADD", "C2", ["I4", "I1"], 200), [("IN_ANOTHER_PARENT", "children[1]")]),
        (move("ADD", "C1", ["I1"], 200), [("ALREADY_THERE", "children[0]")]),
        (move("REMOVE", "C2", ["I1", "I4"], 200), [("NOT_IN_PARENT", "children[0]"), ("NOT_IN_PARENT", "children[1]")]),
        (move("REMOVE", "C1", ["I1"], 120), [("TIMES_OUT_OF_ORDER", "children[0]")]),
        (move("REMOVE", "C1", ["I1"], 119), [("NOT_IN_PARENT", "children[0]")]),
        (move("ADD", "C1", ["C1"], 200), [("IN_ITSELF", "children[0]")]),
        (move("ADD", "C1", ["C2"], 200), [("LEVEL_ORDER", "children[0]")]),
        (move("ADD", "I3", ["I2"], 200), [("LEVEL_ORDER", "children[0]")]),
        (move("ADD", "C1", [], 200), [("EMPTY", "children")]),
        (move("ADD", "C1", ["I2", f"{OWN}I2"], 200), [("DUPLICATE", "children[1]")]),
        (move("ADD", "C9", ["I9"], 200), [("UNKNOWN_REFERENCE", "parent"), ("UNKNOWN_REFERENCE", "children[0]")]),
        (move("ADD", f"{ELSEWHERE}C1", ["I2"], 200), [("NOT_YOURS", "parent")]),
        (move("ADD", "C1", ["batch/MAKER1/B1", "a b"], 200), [("WRONG_KIND", "children[0]"), ("MALFORMED_NUMBER", "children[1]")]),
        (move("PUSH", "C1", ["I2"], 200), [("NOT_LISTED", "action")]),
    ]
    outcomes = await capture_aggregations(
        batched, MAKER, [move("ADD", "C1", ["I2"], 150), *(record for record, _ in wrong), move("ADD", "C2", ["I3"], 1)]
    )
    assert statuses(outcomes) == ["CREATED", *["REJECTED"] * len(wrong), "CREATED"]
    for place, (_, told) in enumerate(wrong, start=1):
        assert problems(outcomes[place]) == [(code, f"records[{place}].{field}") for code, field in told]
    assert outcomes[1].problems[0].message == (
        f"found {OWN}I1 in {OWN}C1 since 2026-03-14T02:00:00Z; right is a package that is in no other at that time"
    )
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(120), STILL, True)]
    with pytest.raises(TooManyRecords):
        await capture_aggregations(batched, MAKER, [move("ADD", "C1", ["I1", "I2"], 1)] * 2, Options(listed=3))


async def test_a_stay_before_a_known_one_has_to_end_in_the_same_call(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), case("C2"), item("I1"), item("I2")])
    await capture_aggregations(batched, MAKER, [move("ADD", "C1", ["I1"], 500)])
    [open_end] = await capture_aggregations(batched, MAKER, [move("ADD", "C2", ["I1"], 200)])
    assert problems(open_end) == [("IN_ANOTHER_PARENT", "records[0].children[0]")]
    # the REMOVE falls for another child, and the ADD with it
    both = [move("ADD", "C2", ["I1"], 200), move("REMOVE", "C2", ["I1", "I2"], 300)]
    outcomes = await capture_aggregations(batched, MAKER, both)
    assert [problems(outcome)[0][0] for outcome in outcomes] == ["IN_ANOTHER_PARENT", "NOT_IN_PARENT"]
    both = [move("ADD", "C2", ["I1"], 200), move("REMOVE", "C2", ["I1"], 500)]
    assert statuses(await capture_aggregations(batched, MAKER, both)) == ["CREATED", "CREATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C2", ms(200), ms(500), False), (f"{OWN}C1", ms(500), STILL, False)]


async def test_an_earlier_remove_forgets_no_later_one(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), item("I1"), item("I2", parent="C1")])
    told = [
        move("ADD", "C1", ["I1"], 210),
        *(move("REMOVE", "C1", ["I1"], minute) for minute in (260, 250)),
        move("ADD", "C1", ["I1"], 255),
    ]
    for event in told:
        assert statuses(await capture_aggregations(batched, MAKER, [event])) == ["CREATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{OWN}C1", ms(210), ms(250), False), (f"{OWN}C1", ms(255), ms(260), False)]
    for event in told:
        assert statuses(await capture_aggregations(batched, MAKER, [event])) == ["UNCHANGED"]
    # the same of a package that was commissioned into its parent, and is amended meanwhile
    out = [move("REMOVE", "C1", ["I2"], minute) for minute in (260, 250)]
    for event in (*out, *out):
        await capture_aggregations(batched, MAKER, [event])
    assert await ask(batched, "MATCH (:Package)-[e:TAKEN_OUT]->(:Package {id: $id}) RETURN e.out", id=f"{OWN}I2") == [[ms(260)]]
    assert statuses(await capture_packages(batched, MAKER, [item("I2")])) == ["UPDATED"]
    assert statuses(await capture_aggregations(batched, MAKER, [move("ADD", "C1", ["I2"], 255)])) == ["CREATED"]
    assert await stays(batched, f"{OWN}I2") == [(f"{OWN}C1", ms(255), ms(260), False)]
    assert statuses(await capture_packages(batched, MAKER, [item("I2", parent="C1")])) == ["UPDATED"]
    assert (await stays(batched, f"{OWN}I2"))[0] == (f"{OWN}C1", ms(120), ms(250), True)


async def test_nobody_packs_what_never_came_to_it(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1"), item("I1", parent="C1"), {"number": "P1", "level": "PALLET", "packedAt": at(90)}])
    await capture_packages(batched, STRANGER, [{"number": "T1", "level": "PALLET", "packedAt": at(0)}, case("C7")])
    before = await totals(batched)
    claims = [move("ADD", "T1", [f"{OWN}C1"], 200), move("ADD", "T1", ["C7", f"{OWN}NOWHERE", f"{OWN}I1"], 200)]
    refused = await capture_aggregations(batched, STRANGER, claims)
    assert [problems(one) for one in refused] == [
        [("NOT_YOURS", "records[0].children[0]")],
        [("NOT_YOURS", "records[1].children[1]"), ("NOT_YOURS", "records[1].children[2]")],
    ]
    told = [problem.message for one in refused for problem in one.problems]
    assert len({message.replace("NOWHERE", "C1").replace("I1", "C1") for message in told}) == 1, "whether it is there or not"
    assert await totals(batched) == before
    # nor by listing it in a shipment of its own
    await capture_sites(batched, STRANGER, [site("S1"), site("S2")])
    listed = shipment("H9", origin="site/OTHER1/S1", destination="site/OTHER1/S2", departedAt=at(150), packages=[f"{OWN}C1"])
    assert statuses(await capture_shipments(batched, STRANGER, [listed])) == ["CREATED"]
    assert problems((await capture_aggregations(batched, STRANGER, claims))[0]) == [("NOT_YOURS", "records[0].children[0]")]
    assert statuses(await capture_aggregations(batched, MAKER, [move("ADD", "P1", ["C1"], 300)])) == ["CREATED"], "what is true is taken"


async def test_a_distributor_builds_pallets_of_others_packages(batched: Graph) -> None:
    await capture_packages(batched, CARRIER, [{"number": "T1", "level": "CASE", "packedAt": at(0)}])
    await capture_packages(batched, MAKER, [case("C1"), case("C2"), item("I1"), item("I2")])
    await capture_sites(batched, MAKER, [site("PLANT")])
    onto = move("ADD", "T1", [f"{OWN}I1"], 400)
    assert problems((await capture_aggregations(batched, CARRIER, [onto]))[0]) == [("NOT_YOURS", "records[0].children[0]")]
    listed = [f"{OWN}{package}" for package in ("C1", "I1")]
    assert statuses(await capture_shipments(batched, MAKER, [shipment(packages=listed)])) == ["CREATED"]
    wrong = [move("ADD", "T1", [f"{OWN}I1", f"{OWN}I2"], 400), move("ADD", "T1", [f"{OWN}I1"], 300), move("ADD", "T1", [f"{OWN}C1"], 400)]
    assert [problems(one)[0] for one in await capture_aggregations(batched, CARRIER, wrong)] == [
        ("NOT_YOURS", "records[0].children[1]"),
        ("NOT_YOURS", "records[1].children[0]"),
        ("LEVEL_ORDER", "records[2].children[0]"),
    ]
    assert statuses(await capture_aggregations(batched, CARRIER, [onto])) == ["CREATED"]
    assert await stays(batched, f"{OWN}I1") == [(f"{ELSEWHERE}T1", ms(400), STILL, False)]
    [taken] = await capture_aggregations(batched, MAKER, [move("ADD", "C2", ["I1"], 450)])
    assert problems(taken) == [("IN_ANOTHER_PARENT", "records[0].children[0]")]
    assert "CARRY1" not in taken.problems[0].message
    [late] = await capture_packages(batched, MAKER, [item("I1", parent="C2")])
    assert problems(late) == [("IN_ANOTHER_PARENT", "records[0].parent")]
    [foreign] = await capture_aggregations(batched, MAKER, [move("REMOVE", f"{ELSEWHERE}T1", ["I1"], 500)])
    assert problems(foreign) == [("NOT_YOURS", "records[0].parent")]
    # what it told it may tell again, though the shipment was amended since; and what is in its own it may take out
    elsewhere = shipment(packages=listed, destination="site/OTHER1/SHOP")
    assert problems((await capture_shipments(batched, MAKER, [elsewhere]))[0]) == [("RECEIVED", "records[0].destination")]
    await capture_receipts(batched, CARRIER, [receipt(missing=listed)])
    assert statuses(await capture_shipments(batched, MAKER, [elsewhere])) == ["UPDATED"]
    assert statuses(await capture_aggregations(batched, CARRIER, [onto, move("REMOVE", "T1", [f"{OWN}I1"], 500)])) == [
        "UNCHANGED",
        "CREATED",
    ]
    assert problems((await capture_aggregations(batched, CARRIER, [move("ADD", "T1", [f"{OWN}I1"], 600)]))[0])[0][0] == "NOT_YOURS"


async def test_a_holder_unpacks_what_was_sent_to_it(batched: Graph) -> None:
    pallet = {"number": "T1", "level": "PALLET", "packedAt": at(90)}
    await capture_packages(batched, MAKER, [pallet, case("C1", parent="T1"), case("C2", parent="T1"), item("I1", parent="C1")])
    await capture_packages(batched, CARRIER, [{"number": "T9", "level": "PALLET", "packedAt": at(90)}])
    await capture_sites(batched, MAKER, [site("PLANT")])

    async def told(actor: Actor, *events: dict[str, Any]) -> list[str]:
        """The statuses, or the one problem of each."""
        outcomes = await capture_aggregations(batched, actor, list(events))
        return [problems(outcome)[0][0] if outcome.problems else outcome.status.value for outcome in outcomes]

    unpacked = move("REMOVE", f"{OWN}T1", [f"{OWN}C1"], 400)
    before = await totals(batched)
    assert await told(CARRIER, unpacked) == ["NOT_YOURS"], "it never came"
    assert await told(CARRIER, move("REMOVE", f"{OWN}NOWHERE", [f"{OWN}C1"], 400)) == ["NOT_YOURS"], "there is no such package"
    assert await totals(batched) == before
    assert statuses(await capture_shipments(batched, MAKER, [shipment(packages=[f"{OWN}T1"])])) == ["CREATED"]
    assert await told(CARRIER, move("REMOVE", f"{OWN}T1", [f"{OWN}C1"], 200)) == ["NOT_YOURS"], "it had not left yet"
    assert await told(CARRIER, move("REMOVE", f"{OWN}T1", [f"{OWN}C1"], 299)) == ["NOT_YOURS"], "clocks make no difference to that"
    assert await told(CARRIER, move("REMOVE", f"{OWN}T1", [f"{OWN}C1"], 300)) == ["NOT_YOURS"], "it left with what was in it then"
    assert await told(STRANGER, unpacked) == ["NOT_YOURS"], "it was sent to somebody else"
    onto = move("ADD", "T9", [f"{OWN}C1"], 400)
    assert await told(CARRIER, unpacked, onto, move("ADD", f"{OWN}C2", [f"{OWN}I1"], 500)) == ["CREATED", "CREATED", "IN_ANOTHER_PARENT"]
    assert await told(CARRIER, unpacked, onto) == ["UNCHANGED", "UNCHANGED"]
    assert await stays(batched, f"{OWN}C1") == [(f"{OWN}T1", ms(100), ms(400), True), (f"{ELSEWHERE}T9", ms(400), STILL, False)]
    # the case went onto another pallet, which the holder sends on: case and can are with the next one, the first pallet is not
    on = shipment("H9", origin="site/CARRY1/DEPOT", destination="site/OTHER1/SHOP", departedAt=at(600), packages=[f"{ELSEWHERE}T9"])
    await capture_sites(batched, CARRIER, [site("DEPOT")])
    assert statuses(await capture_shipments(batched, CARRIER, [on])) == ["CREATED"]
    emptied = move("REMOVE", f"{OWN}C1", [f"{OWN}I1"], 700)
    assert await told(CARRIER, emptied) == ["NOT_YOURS"], "it was sent on"
    assert await told(STRANGER, emptied, move("REMOVE", f"{OWN}T1", [f"{OWN}C2"], 700)) == ["CREATED", "NOT_YOURS"]
    assert await told(MAKER, move("REMOVE", "T1", ["C2"], 800)) == ["CREATED"], "what is one's own stays one's own"


async def test_holding_ends_when_the_goods_are_gone(batched: Graph) -> None:
    async def put_in(actor: Actor, parent: str, minute: int) -> str:
        """Its own item number `minute`: the status, or the one problem."""
        owner = actor.enterprise
        event = move("ADD", f"{OWN}{parent}", [f"package/{owner}/N{minute}"], minute)
        await capture_batches(batched, actor, [batch()])
        await capture_packages(batched, actor, [item(f"N{minute}", batch=f"batch/{owner}/B1", packedAt=at(1))])
        [outcome] = await capture_aggregations(batched, actor, [event])
        return problems(outcome)[0][0] if outcome.problems else outcome.status.value

    async def sent(actor: Actor, number: str, origin: str, destination: str, minute: int, *packages: str) -> None:
        way = {"origin": f"site/{origin}/S1", "destination": f"site/{destination}/S1"}
        told = shipment(number, **way, departedAt=at(minute), packages=[f"{OWN}{package}" for package in packages])
        assert statuses(await capture_shipments(batched, actor, [told]))[0] in ("CREATED", "UPDATED")

    for actor in (MAKER, CARRIER, STRANGER):
        await capture_sites(batched, actor, [site("S1")])
    pallets = [{"number": number, "level": "PALLET", "packedAt": at(90)} for number in ("T1", "LOST", "Q")]
    await capture_packages(batched, MAKER, [*pallets, case("C1", parent="LOST"), case("C2", parent="T1")])
    await sent(MAKER, "H1", "MAKER1", "CARRY1", 200, "T1", "LOST", "Q")
    missing = receipt("shipment/MAKER1/H1", 210, missing=[f"{OWN}LOST", f"{OWN}C2"])
    assert statuses(await capture_receipts(batched, CARRIER, [missing])) == ["CREATED"]
    assert await put_in(CARRIER, "LOST", 230) == "NOT_YOURS", "its own receipt says that it never came"
    assert await put_in(CARRIER, "C1", 231) == "NOT_YOURS", "nor what was in it"
    assert await put_in(CARRIER, "C2", 232) == "NOT_YOURS"
    assert await put_in(CARRIER, "T1", 233) == "CREATED"
    # the owner fetches one pallet back with its own lorry, the other is sent on and comes back
    await sent(MAKER, "H2", "CARRY1", "MAKER1", 300, "T1")
    assert await put_in(CARRIER, "T1", 300) == "CREATED", "until then"
    assert await put_in(CARRIER, "T1", 301) == "NOT_YOURS"
    await sent(CARRIER, "H3", "CARRY1", "OTHER1", 300, "Q")
    assert [await put_in(CARRIER, "Q", 320), await put_in(STRANGER, "Q", 275), await put_in(STRANGER, "Q", 320)] == [
        "NOT_YOURS",
        "NOT_YOURS",
        "CREATED",
    ]
    await sent(STRANGER, "H4", "OTHER1", "CARRY1", 600, "Q")
    assert [await put_in(CARRIER, "Q", 700), await put_in(STRANGER, "Q", 701)] == ["CREATED", "NOT_YOURS"]


async def test_what_a_holder_has_told_it_may_tell_again(batched: Graph) -> None:
    pallet = {"number": "T1", "level": "PALLET", "packedAt": at(90)}
    await capture_packages(batched, MAKER, [pallet, *(case(number, parent="T1") for number in ("C1", "C2"))])
    await capture_sites(batched, MAKER, [site("PLANT")])
    assert statuses(await capture_shipments(batched, MAKER, [shipment(packages=[f"{OWN}T1"])])) == ["CREATED"]
    own = "package/CARRY1/C9"
    await capture_packages(batched, CARRIER, [case("C9")])
    events = [move("REMOVE", f"{OWN}T1", [f"{OWN}C1", f"{OWN}C2"], 400), move("ADD", f"{OWN}T1", [own], 410)]
    events += [move("REMOVE", f"{OWN}T1", [own], 450), move("REMOVE", f"{OWN}T1", [own], 430)]
    for event in events:
        assert statuses(await capture_aggregations(batched, CARRIER, [event])) == ["CREATED"]
    elsewhere = shipment(packages=[f"{OWN}T1"], destination="site/OTHER1/SHOP")
    assert problems((await capture_shipments(batched, MAKER, [elsewhere]))[0]) == [("RECEIVED", "records[0].destination")]
    await capture_receipts(batched, CARRIER, [receipt(missing=[f"{OWN}T1"])])
    assert statuses(await capture_shipments(batched, MAKER, [elsewhere])) == ["UPDATED"]
    # who never told it finds nothing out, nor does who did of anything else
    guessed = [*events, move("REMOVE", f"{OWN}T1", [f"{OWN}C1"], 401)]
    third = Actor("sync@third", Role.ENTERPRISE, "THIRD1", frozenset(Duty))
    assert {problems(one)[0] for one in await capture_aggregations(batched, third, guessed[:1])} == {("NOT_YOURS", "records[0].parent")}
    assert statuses(await capture_aggregations(batched, CARRIER, guessed)) == [*["UNCHANGED"] * 4, "REJECTED"]
    assert statuses(await capture_packages(batched, MAKER, [case("C1")])) == ["UPDATED"]
    assert statuses(await capture_aggregations(batched, CARRIER, events)) == ["UNCHANGED"] * 4


async def test_a_rejected_aggregation_leaves_no_names_behind(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case("C1")])
    before = await totals(batched)
    [outcome] = await capture_aggregations(batched, MAKER, [move("ADD", "C1", [f"{ELSEWHERE}I1", "I9"], 200)])
    assert problems(outcome) == [("UNKNOWN_REFERENCE", "records[0].children[1]")]
    assert await totals(batched) == before


async def test_the_number_of_statements_does_not_grow_with_the_records(batched: Graph) -> None:
    await capture_packages(batched, MAKER, [case(f"C{number}") for number in range(100)])
    items = [item(f"I{number}", parent=f"C{number % 100}") for number in range(1_000)]
    with observed() as seen:
        outcomes = await capture_packages(batched, MAKER, items)
    assert statuses(outcomes) == ["CREATED"] * 1_000
    assert len(seen) <= 12
    assert await one(batched, "MATCH (:Package)-[s:CONTAINS]->(:Package) RETURN count(s)") == 1_000
