"""What another enterprise has received is not taken back by its sender, on both engines."""

from collections.abc import Sequence
from typing import Any

import pytest

from auth.policy import lineage_scope
from graph.capture import (
    arrivals,
    capture_batches,
    capture_enterprises,
    capture_filed_shipments,
    capture_packages,
    capture_receipts,
    capture_shipments,
    capture_sites,
)
from graph.engine.driver import Graph
from graph.lineage.answer import View
from graph.lineage.gaps import Limits
from graph.lineage.recall import recall_radius
from graph.model.texts import instant_text
from tests.capturing import (
    CARRIER,
    MAKER,
    PLATFORM,
    REGULATOR,
    STRANGER,
    ask,
    batch,
    case,
    item,
    ms,
    node,
    problems,
    receipt,
    shipment,
    site,
    statuses,
    totals,
)

pytestmark = pytest.mark.anyio
SENT = "shipment/MAKER1/H1"
CASES = ["package/MAKER1/C1", "package/MAKER1/C2"]
ITEMS = ["package/MAKER1/I1", "package/MAKER1/I2"]
DEPOT, SHOP, ELSEWHERE = "site/CARRY1/DEPOT", "site/MAKER1/SHOP", "site/OTHER1/DEPOT"
EMPTIED: dict[str, Any] = {"packages": []}


@pytest.fixture
async def ready(graph: Graph) -> Graph:
    """Two cases with a can each, and the sites of three enterprises."""
    await capture_enterprises(graph, PLATFORM, [{"code": code, "name": code} for code in ("MAKER1", "CARRY1", "OTHER1")])
    await capture_batches(graph, MAKER, [batch()])
    await capture_sites(graph, MAKER, [site("PLANT", siteKind="PLANT"), site("SHOP")])
    for actor in (CARRIER, STRANGER):
        await capture_sites(graph, actor, [site("DEPOT")])
    cans = [item("I1", parent="C1"), item("I2", parent="C2")]
    await capture_packages(graph, MAKER, [case("C1"), case("C2"), *cans])
    return graph


async def sent(graph: Graph, **more: Any) -> str:
    [outcome] = await capture_shipments(graph, MAKER, [shipment(**{"packages": CASES, **more})])
    return problems(outcome)[0][0] if outcome.problems else outcome.status.value


async def recalled(graph: Graph) -> dict[str, int]:
    """The cans that each site got, by a recall of the batch that has no gap."""
    view = View(lineage_scope(REGULATOR), lambda record: f"hidden/{record}")
    answer = await recall_radius(graph, view, ["batch/MAKER1/B1"], 0, Limits())
    assert answer.gaps == ()
    return {found.node.id: found.item_count for found in answer.sites}


async def listed(graph: Graph) -> Sequence[str]:
    return [package for [package] in await ask(graph, "MATCH (p:Package)-[:SHIPPED_IN]->(:Shipment) RETURN p.id ORDER BY p.id")]


@pytest.mark.parametrize(
    ("amended", "path", "named"),
    [
        (EMPTIED, "packages", CASES[0]),
        ({"packages": CASES[:1]}, "packages", CASES[1]),
        ({"packages": [ITEMS[0], CASES[1]]}, "packages", CASES[0]),
        ({"destination": ELSEWHERE}, "destination", CASES[0]),
        ({"destination": SHOP, "packages": []}, "destination", CASES[0]),
    ],
)
@pytest.mark.parametrize("receipt_first", [False, True])
async def test_a_received_shipment_is_not_taken_back(
    ready: Graph, amended: dict[str, Any], path: str, named: str, receipt_first: bool
) -> None:
    if receipt_first:
        await capture_receipts(ready, CARRIER, [receipt()])
    assert await sent(ready) == "CREATED"
    if not receipt_first:
        await capture_receipts(ready, CARRIER, [receipt()])
    stored, before = await node(ready, SENT), await totals(ready)
    assert await recalled(ready) == {DEPOT: 2}
    for told in (capture_shipments, capture_filed_shipments):
        refused, other = await told(ready, MAKER, [shipment(**{"packages": CASES, **amended}), shipment("H2", departedAt="soon")])
        assert (problems(refused), other.status) == ([("RECEIVED", f"records[0].{path}")], "REJECTED")
        for part in (named, f"receipt/CARRY1/{SENT}", instant_text(ms(600)), "missing", "new shipment"):
            assert part in refused.problems[0].message
    assert (await node(ready, SENT), await totals(ready)) == (stored, before)
    assert await recalled(ready) == {DEPOT: 2}


async def test_what_is_left_of_it_is_amended(ready: Graph) -> None:
    await sent(ready, packages=CASES[:1])
    await capture_receipts(ready, CARRIER, [receipt()])
    assert await sent(ready) == "UPDATED", "one more"
    await capture_sites(ready, CARRIER, [site("STORE")])
    assert await sent(ready, destination="site/CARRY1/STORE") == "UPDATED", "a site of the same recipient"
    assert await recalled(ready) == {"site/CARRY1/STORE": 2}


async def test_what_its_recipient_missed_is_taken_back(ready: Graph) -> None:
    await sent(ready)
    await capture_receipts(ready, CARRIER, [receipt(missing=CASES[1:])])
    assert await sent(ready, **EMPTIED) == await sent(ready, destination=ELSEWHERE) == "RECEIVED", "the other arrived"
    assert await sent(ready, packages=CASES[:1]) == "UPDATED"
    assert await recalled(ready) == {DEPOT: 1}
    await capture_receipts(ready, CARRIER, [receipt(missing=CASES)])
    assert await sent(ready, destination=ELSEWHERE) == "UPDATED", "nothing of it arrived"
    assert await sent(ready, **EMPTIED) == "UPDATED"
    assert (await recalled(ready), await listed(ready)) == ({}, [])
    assert await sent(ready) == "UPDATED", "it took place after all"


async def test_what_a_can_was_in_has_to_be_missed_itself(ready: Graph) -> None:
    await sent(ready)
    await capture_receipts(ready, CARRIER, [receipt(missing=ITEMS)])
    assert await sent(ready, **EMPTIED) == "RECEIVED", "the cases arrived"


@pytest.mark.parametrize("destination", [SHOP, DEPOT])
async def test_the_senders_own_receipt_hinders_nothing(ready: Graph, destination: str) -> None:
    await sent(ready, destination=destination)
    await capture_receipts(ready, MAKER, [receipt()])
    assert await recalled(ready) == {destination: 2}
    assert await sent(ready, packages=CASES[1:], destination=destination) == "UPDATED"
    assert await recalled(ready) == {destination: 1}
    assert await sent(ready, **EMPTIED, destination=ELSEWHERE) == "UPDATED"
    assert await recalled(ready) == {}


async def test_a_receipt_that_never_counted_hinders_nothing(ready: Graph) -> None:
    await capture_receipts(ready, CARRIER, [receipt(minute=200)])
    await sent(ready)
    await capture_receipts(ready, STRANGER, [receipt()])
    assert await recalled(ready) == {}
    assert await sent(ready, **EMPTIED) == "UPDATED"


async def test_a_receipt_that_comes_between_is_seen(ready: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The amendment has looked for receipts and found none when one is recorded."""
    await sent(ready)
    read, came = arrivals.read_receipts, list[str]()

    async def read_and_receive(*asked: Any) -> Any:
        found = await read(*asked)
        if not came:
            came.extend(statuses(await capture_receipts(ready, CARRIER, [receipt()])))
        return found

    monkeypatch.setattr("graph.capture.shipments.read_receipts", read_and_receive)
    assert await sent(ready, **EMPTIED) == "RECEIVED"
    assert came == ["CREATED"]
    assert await recalled(ready) == {DEPOT: 2}


async def test_what_was_taken_back_is_not_received_after_that(ready: Graph) -> None:
    await sent(ready)
    assert await sent(ready, **EMPTIED) == "UPDATED"
    before = await recalled(ready), await totals(ready)
    [refused] = await capture_receipts(ready, CARRIER, [receipt()])
    assert problems(refused) == [("EMPTY", "records[0].shipment")]
    for part in (SENT, "taken back", "sent it again"):
        assert part in refused.problems[0].message
    assert (await recalled(ready), await totals(ready)) == before
    assert statuses(await capture_receipts(ready, CARRIER, [receipt(missing=CASES)])) == ["CREATED"], "that nothing came"
    [refused] = await capture_receipts(ready, CARRIER, [receipt()])
    assert problems(refused) == [("EMPTY", "records[0].shipment")], "it is not amended to have come either"
    assert await sent(ready) == "UPDATED"
    assert statuses(await capture_receipts(ready, CARRIER, [receipt()])) == ["UPDATED"]
    assert await recalled(ready) == {DEPOT: 2}


async def test_who_has_nothing_to_do_with_it_is_not_told_that_it_was_taken_back(ready: Graph) -> None:
    await sent(ready)
    await sent(ready, **EMPTIED)
    assert statuses(await capture_receipts(ready, STRANGER, [receipt()])) == ["CREATED"]
