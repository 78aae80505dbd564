"""Shipments, receipts and sales on both engines, in any order of arrival."""

from itertools import permutations

import pytest

from auth.policy import lineage_scope
from graph.capture import capture_batches, capture_packages, capture_receipts, capture_sales, capture_shipments, capture_sites
from graph.capture.shipments import capture_told_shipments
from graph.engine.driver import Graph
from graph.lineage.answer import Lineage, View
from graph.lineage.gaps import Limits
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from graph.model.texts import instant_text
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
    ms,
    node,
    one,
    problems,
    receipt,
    shipment,
    site,
    statuses,
    totals,
)

pytestmark = pytest.mark.anyio
SENT = "shipment/MAKER1/H1"
CASE = "package/MAKER1/C1"
ITEM = "package/MAKER1/I1"


@pytest.fixture
async def ready(graph: Graph) -> Graph:
    """The maker's plant and packages."""
    await capture_batches(graph, MAKER, [batch()])
    await capture_sites(graph, MAKER, [site("PLANT", siteKind="PLANT"), site("SHOP")])
    await capture_packages(graph, MAKER, [case("C1"), case("C2"), item(parent="C1"), item("I2")])
    return graph


async def arrival(graph: Graph) -> tuple[object, ...]:
    """(receivedAt, missing, delivered where and when, missing from) of the shipment."""
    stored = await node(graph, SENT) or {}
    delivered = await ask(graph, "MATCH (:Shipment)-[d:DELIVERED_TO]->(s:Site) RETURN s.id, d.at")
    missing = await ask(graph, "MATCH (p:Package)-[:MISSING_FROM]->(:Shipment) RETURN p.id ORDER BY p.id")
    return stored.get("receivedAt"), stored.get("missing"), delivered, missing


def ids_of(answer: Lineage) -> set[str]:
    return {found.id for found in answer.nodes}


async def test_a_shipment_and_its_receipt(ready: Graph) -> None:
    assert statuses(await capture_shipments(ready, MAKER, [shipment(packages=[CASE, "package/OTHER1/X"])])) == ["CREATED"]
    stored = await node(ready, SENT)
    assert stored is not None
    assert (stored["origin"], stored["destination"], stored["departedAt"]) == ("site/MAKER1/PLANT", "site/CARRY1/DEPOT", ms(300))
    assert stored["packages"] == [CASE, "package/OTHER1/X"]
    loaded = "MATCH (p:Package)-[e:SHIPPED_IN]->(:Shipment) RETURN p.id, e.at ORDER BY p.id"
    assert await ask(ready, loaded) == [[CASE, ms(300)], ["package/OTHER1/X", ms(300)]]
    assert await ask(ready, "MATCH (:Shipment)-[:SENT_FROM]->(s) RETURN s.id") == [["site/MAKER1/PLANT"]]
    assert await ask(ready, "MATCH (:Shipment)-[:BOUND_FOR]->(s) RETURN s.id") == [["site/CARRY1/DEPOT"]]
    assert await arrival(ready) == (None, None, [], [])

    word = receipt(missing=["package/OTHER1/X", ITEM])
    [made] = await capture_receipts(ready, CARRIER, [word])
    assert (made.id, made.status) == (f"receipt/CARRY1/{SENT}", "CREATED")
    arrived = (ms(600), ["package/OTHER1/X", ITEM], [["site/CARRY1/DEPOT", ms(600)]], [[ITEM], ["package/OTHER1/X"]])
    assert await arrival(ready) == arrived
    before = await totals(ready)
    assert statuses(await capture_receipts(ready, CARRIER, [word])) == ["UNCHANGED"]
    assert await totals(ready) == before
    assert statuses(await capture_receipts(ready, CARRIER, [receipt(minute=610)])) == ["UPDATED"]
    assert await arrival(ready) == (ms(610), [], [["site/CARRY1/DEPOT", ms(610)]], [])
    [[version]] = await ask(ready, "MATCH (v:RecordVersion) RETURN properties(v)")
    check_digest(version)


async def test_an_amended_shipment_keeps_its_receipt(ready: Graph) -> None:
    await capture_shipments(ready, MAKER, [shipment()])
    other = "package/MAKER1/C2"
    await capture_receipts(ready, CARRIER, [receipt(missing=[CASE, other])])
    amended = shipment(packages=[other], departedAt=at(310), destination="site/CARRY1/OTHER")
    assert statuses(await capture_shipments(ready, MAKER, [amended])) == ["UPDATED"]
    assert await ask(ready, "MATCH (p:Package)-[e:SHIPPED_IN]->(:Shipment) RETURN p.id, e.at") == [[other, ms(310)]]
    assert await arrival(ready) == (ms(600), [CASE, other], [["site/CARRY1/OTHER", ms(600)]], [[CASE], [other]])
    # bound for another's site now, the receipt is nobody's who was to get it
    assert statuses(await capture_shipments(ready, MAKER, [shipment(destination="site/OTHER1/DEPOT")])) == ["UPDATED"]
    assert await arrival(ready) == (None, None, [], [])
    assert statuses(await capture_shipments(ready, MAKER, [shipment(departedAt=at(700))])) == ["UPDATED"]
    assert await arrival(ready) == (None, None, [], []), "a receipt of before the departure"
    assert statuses(await capture_shipments(ready, MAKER, [shipment(departedAt=at(629))])) == ["UPDATED"]
    assert (await arrival(ready))[0] == ms(600), "clocks differ by up to half an hour"
    for [version] in await ask(ready, "MATCH (v:RecordVersion) RETURN properties(v)"):
        check_digest(version)


async def test_a_shipment_that_did_not_take_place_is_taken_back(ready: Graph) -> None:
    await capture_shipments(ready, MAKER, [shipment()])
    view = View(lineage_scope(MAKER), lambda record: f"hidden/{record}")
    assert SENT in ids_of(await forward(ready, view, [CASE], Limits()))
    [taken] = await capture_shipments(ready, MAKER, [shipment(packages=[])])
    assert (taken.id, taken.status) == (SENT, "UPDATED")
    assert await ask(ready, "MATCH (:Package)-[e:SHIPPED_IN]->() RETURN e.at") == []
    [[version]] = await ask(ready, "MATCH (v:RecordVersion {of: $id}) RETURN properties(v)", id=SENT)
    check_digest(version)
    assert CASE in version["content"]
    audited = await ask(ready, "MATCH (a:AuditEntry {action: 'dispatchShipments'}) RETURN a.records, a.statuses ORDER BY a.id")
    assert audited == [[[SENT], ["CREATED"]], [[SENT], ["UPDATED"]]]
    for seed in (CASE, ITEM, "batch/MAKER1/B1"):
        answer = await forward(ready, view, [seed], Limits())
        assert (SENT in ids_of(answer), answer.gaps) == (False, ())
    for ask_of in (forward, backward):
        answer = await ask_of(ready, view, [SENT], Limits())
        assert (CASE in ids_of(answer), answer.gaps) == (False, ())
    recall = await recall_radius(ready, view, [ITEM], 0, Limits())
    assert (recall.whereabouts.at_plant, recall.whereabouts.in_stock, recall.sites) == (1, 0, [])
    assert statuses(await capture_receipts(ready, CARRIER, [receipt(missing=[ITEM])])) == ["CREATED"]
    assert statuses(await capture_shipments(ready, MAKER, [shipment(packages=[])])) == ["UNCHANGED"]
    [never] = await capture_shipments(ready, MAKER, [shipment("H2", packages=[])])
    assert problems(never) == [("EMPTY", "records[0].packages")]
    [others] = await capture_shipments(ready, CARRIER, [shipment(SENT, packages=[])])
    assert problems(others) == [("NOT_YOURS", "records[0].number")]
    assert statuses(await capture_shipments(ready, MAKER, [shipment()])) == ["UPDATED"], "it took place after all"
    assert SENT in ids_of(await forward(ready, view, [CASE], Limits()))


async def test_no_departure_is_amended_to_come_after_its_receipt(ready: Graph) -> None:
    await capture_shipments(ready, MAKER, [shipment()])
    await capture_receipts(ready, CARRIER, [receipt(missing=[CASE])])
    before = await arrival(ready)
    [late] = await capture_shipments(ready, MAKER, [shipment(departedAt=at(631))])
    assert problems(late) == [("TIMES_OUT_OF_ORDER", "records[0].departedAt")]
    assert instant_text(ms(600)) in late.problems[0].message
    for told in (capture_shipments, capture_told_shipments):
        [late] = await told(ready, MAKER, [shipment(departedAt=at(700))])
        assert problems(late) == [("TIMES_OUT_OF_ORDER", "records[0].departedAt")]
    assert await arrival(ready) == before
    assert statuses(await capture_shipments(ready, MAKER, [shipment(departedAt=at(630))])) == ["UPDATED"]
    assert await arrival(ready) == before
    # the sender's word would count for another's site, were it not of before the departure
    assert statuses(await capture_receipts(ready, MAKER, [receipt(minute=610)])) == ["CREATED"]
    [late] = await capture_shipments(ready, MAKER, [shipment(departedAt=at(700), destination="site/OTHER1/DEPOT")])
    assert problems(late) == [("TIMES_OUT_OF_ORDER", "records[0].departedAt")]


@pytest.mark.parametrize("order", list(permutations(("sender", "receipt", "other receipt"))))
async def test_times_decide_and_not_the_order_of_arrival(ready: Graph, order: tuple[str, ...]) -> None:
    async def tell(what: str) -> None:
        match what:
            case "sender":
                outcomes = await capture_shipments(ready, MAKER, [shipment()])
            case "receipt":
                outcomes = await capture_receipts(ready, CARRIER, [receipt(missing=[ITEM])])
            case _:
                outcomes = await capture_receipts(ready, STRANGER, [receipt(minute=500)])
                assert statuses(outcomes) == ["CREATED"], "a stranger is not told whether the shipment is there"
                return
        assert statuses(outcomes) == ["CREATED"]

    for what in order:
        await tell(what)
    assert await arrival(ready) == (ms(600), [ITEM], [["site/CARRY1/DEPOT", ms(600)]], [[ITEM]])


async def test_who_was_to_get_it_knows_better_than_who_sent_it(ready: Graph) -> None:
    await capture_shipments(ready, MAKER, [shipment()])
    assert statuses(await capture_receipts(ready, MAKER, [receipt(minute=580, missing=[CASE])])) == ["CREATED"]
    assert (await arrival(ready))[0] == ms(580)
    assert statuses(await capture_receipts(ready, CARRIER, [receipt()])) == ["CREATED"]
    assert await arrival(ready) == (ms(600), [], [["site/CARRY1/DEPOT", ms(600)]], [])
    assert statuses(await capture_receipts(ready, MAKER, [receipt(minute=590)])) == ["UPDATED"]
    assert (await arrival(ready))[0] == ms(600)


async def test_wrong_shipments_are_refused_and_the_rest_stored(ready: Graph) -> None:
    wrong = [
        (shipment("W1", packages=[]), [("EMPTY", "packages")]),
        (shipment("W2", packages=[CASE, ITEM, CASE]), [("DUPLICATE", "packages[2]")]),
        (shipment("W3", packages=["package/MAKER1/C9"]), [("UNKNOWN_REFERENCE", "packages[0]")]),
        (shipment("W4", origin="site/MAKER1/NONE"), [("UNKNOWN_REFERENCE", "origin")]),
        (shipment("W5", destination="farm/MAKER1/F1"), [("WRONG_KIND", "destination")]),
        (shipment("W6", packages=["C1"]), [("MALFORMED_ID", "packages[0]")]),
        (shipment("W7", departedAt="yesterday"), [("MALFORMED_TIME", "departedAt")]),
        (shipment(SENT), [("MALFORMED_NUMBER", "number")]),
        (shipment("shipment/CARRY1/H1"), [("NOT_YOURS", "number")]),
    ]
    outcomes = await capture_shipments(ready, MAKER, [*(record for record, _ in wrong), shipment()])
    for place, (_, told) in enumerate(wrong):
        assert problems(outcomes[place]) == [(code, f"records[{place}].{field}") for code, field in told]
    assert outcomes[-1].status == "CREATED"
    assert await one(ready, "MATCH (h:Shipment) RETURN count(h)") == 1


async def test_wrong_receipts_are_refused_and_the_rest_stored(ready: Graph) -> None:
    numbers = ["H1", "H2", "H3", "H4"]
    await capture_shipments(ready, MAKER, [shipment(number) for number in numbers])
    sent = [
        receipt("shipment/MAKER1/H1", 269),
        receipt("shipment/MAKER1/H2", 270),
        receipt("shipment/MAKER1/H2", 271),
        receipt("shipment/MAKER1/H3", missing=["package/MAKER1/C1", "package/MAKER1/C1"]),
        receipt("shipment/MAKER1/H4", missing=["C1"]),
        receipt("H3"),
        receipt("shipment/CARRY1/H9"),
    ]
    outcomes = await capture_receipts(ready, CARRIER, sent)
    assert statuses(outcomes) == ["REJECTED", "CREATED", *["REJECTED"] * 5]
    assert [problems(outcome)[0] for outcome in outcomes if outcome.problems] == [
        ("TIMES_OUT_OF_ORDER", "records[0].receivedAt"),
        ("DUPLICATE", "records[2]"),
        ("DUPLICATE", "records[3].missing[1]"),
        ("MALFORMED_ID", "records[4].missing[0]"),
        ("MALFORMED_ID", "records[5].shipment"),
        ("UNKNOWN_REFERENCE", "records[6].shipment"),
    ]
    words = [receipt(f"shipment/MAKER1/{number}", 1, missing=["package/MAKER1/I1"]) for number in ("H3", "NONE")]
    assert statuses(await capture_receipts(ready, STRANGER, words)) == ["CREATED", "CREATED"]
    assert statuses(await capture_receipts(ready, STRANGER, words)) == ["UNCHANGED", "UNCHANGED"]
    received = await ask(ready, "MATCH (h:Shipment)-[d:DELIVERED_TO]->() RETURN h.id, d.at")
    assert received == [["shipment/MAKER1/H2", ms(270)]]


async def test_sales(ready: Graph) -> None:
    sold = {"store": "site/MAKER1/SHOP", "packages": [ITEM, "package/OTHER1/X"], "soldAt": at(900)}
    [made] = await capture_sales(ready, MAKER, [sold])
    assert made.status == "CREATED"
    assert made.id.startswith("sale/MAKER1/")
    edges = await ask(ready, "MATCH (p:Package)-[s:SOLD_AT]->(t:Site) RETURN p.id, t.id, s.at, s.sale ORDER BY p.id")
    assert edges == [[package, "site/MAKER1/SHOP", ms(900), made.id] for package in (ITEM, "package/OTHER1/X")]
    stored = await node(ready, made.id)
    assert stored is not None
    assert (stored["owner"], stored["store"], stored["version"]) == ("MAKER1", "site/MAKER1/SHOP", 1)
    before = await totals(ready)
    wrong = [
        ({**sold, "store": "site/CARRY1/SHOP"}, ("NOT_YOURS", "store")),
        ({**sold, "store": "site/MAKER1/NONE"}, ("UNKNOWN_REFERENCE", "store")),
        ({**sold, "packages": []}, ("EMPTY", "packages")),
        ({**sold, "packages": [ITEM, ITEM]}, ("DUPLICATE", "packages[1]")),
        ({**sold, "packages": ["package/MAKER1/I9"]}, ("UNKNOWN_REFERENCE", "packages[0]")),
    ]
    outcomes = await capture_sales(ready, MAKER, [sold, *(record for record, _ in wrong), sold])
    assert statuses(outcomes) == ["UNCHANGED", *["REJECTED"] * 6]
    for place, (_, (code, field)) in enumerate(wrong, start=1):
        assert problems(outcomes[place]) == [(code, f"records[{place}].{field}")]
    assert problems(outcomes[6]) == [("DUPLICATE", "records[6]")]
    assert outcomes[1].id == "records[1]", "nothing names a sale but what can be read of it"
    assert outcomes[5].id.startswith("sale/MAKER1/")
    assert await totals(ready) == before
