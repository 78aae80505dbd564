"""Several writers at once, on both engines: whatever the order, the graph is as after one of the orders."""

import asyncio
from collections import Counter

import pytest

from graph.capture import (
    capture_aggregations,
    capture_batches,
    capture_farms,
    capture_packages,
    capture_receipts,
    capture_shipments,
    capture_sites,
)
from graph.engine.driver import Graph
from tests.capturing import (
    CARRIER,
    MAKER,
    STRANGER,
    ask,
    at,
    batch,
    case,
    check_digest,
    farm,
    item,
    move,
    one,
    receipt,
    shipment,
    site,
    statuses,
)

pytestmark = pytest.mark.anyio
WRITERS = 8


async def test_one_version_after_the_other(graph: Graph) -> None:
    calls = [capture_farms(graph, MAKER, [farm(name=f"Name {writer}"), farm(f"F{writer}x")]) for writer in range(WRITERS)]
    outcomes = await asyncio.gather(*calls)
    assert Counter(first.status.value for first, _ in outcomes) == {"CREATED": 1, "UPDATED": WRITERS - 1}
    assert await one(graph, "MATCH (f:Farm {id: 'farm/MAKER1/F1'}) RETURN f.version") == WRITERS
    versions = await ask(graph, "MATCH (v:RecordVersion) RETURN properties(v)")
    assert sorted(version["version"] for [version] in versions) == list(range(1, WRITERS))
    names = {version["digest"] for [version] in versions}
    assert len(names) == WRITERS - 1
    for [version] in versions:
        check_digest(version)


async def test_the_same_call_at_once_is_stored_once(graph: Graph) -> None:
    await capture_batches(graph, MAKER, [batch()])
    sent = [case("C1"), *(item(f"I{number}", parent="C1") for number in range(50))]
    outcomes = await asyncio.gather(*(capture_packages(graph, MAKER, sent) for _ in range(4)))
    assert Counter(status for one_call in outcomes for status in statuses(one_call)) == {"CREATED": 51, "UNCHANGED": 153}
    assert await one(graph, "MATCH ()-[e]->() RETURN count(e)") == 100
    assert await one(graph, "MATCH (a:AuditEntry {action: 'commissionPackages'}) RETURN count(a)") == 1


async def test_one_child_into_many_parents_at_once(graph: Graph) -> None:
    await capture_packages(graph, MAKER, [case(f"C{writer}") for writer in range(WRITERS)])
    children = [f"package/CARRY1/I{number}" for number in range(10)]
    await capture_batches(graph, CARRIER, [batch()])
    await capture_packages(graph, CARRIER, [item(f"I{number}", batch="batch/CARRY1/B1") for number in range(10)])
    await capture_sites(graph, CARRIER, [site("DEPOT")])
    way = {"origin": "site/CARRY1/DEPOT", "destination": "site/MAKER1/PLANT"}
    await capture_shipments(graph, CARRIER, [shipment(**way, departedAt=at(150), packages=children)])
    calls = [
        capture_aggregations(graph, MAKER, [move("ADD", f"C{writer}", [child], 200) for child in children]) for writer in range(WRITERS)
    ]
    outcomes = await asyncio.gather(*calls)
    for place in range(10):
        assert Counter(call[place].status.value for call in outcomes) == {"CREATED": 1, "REJECTED": WRITERS - 1}
    rows = await ask(graph, "MATCH (:Package)-[s:CONTAINS]->(c:Package) RETURN c.id, count(s)")
    assert sorted(rows) == [[child, 1] for child in sorted(children)]


async def test_commissioned_and_put_elsewhere_at_once(graph: Graph) -> None:
    await capture_batches(graph, MAKER, [batch()])
    await capture_packages(graph, MAKER, [case("C1")])
    await capture_packages(graph, CARRIER, [case("T1"), case("T2")])
    await capture_packages(graph, MAKER, [item(f"I{number}") for number in range(10)])
    await capture_sites(graph, MAKER, [site("PLANT")])
    await capture_shipments(graph, MAKER, [shipment(departedAt=at(150), packages=[f"package/MAKER1/I{number}" for number in range(10)])])
    for number in range(10):
        child = f"package/MAKER1/I{number}"
        await asyncio.gather(
            capture_packages(graph, MAKER, [item(f"I{number}", parent="C1")]),
            capture_aggregations(graph, CARRIER, [move("ADD", "T1", [child], 200)]),
            capture_aggregations(graph, CARRIER, [move("ADD", "T2", [child], 200)]),
        )
        assert await one(graph, "MATCH (:Package)-[s:CONTAINS]->(:Package {id: $id}) RETURN count(s)", id=child) == 1


async def test_shipment_and_receipts_at_once(graph: Graph) -> None:
    await capture_sites(graph, MAKER, [site("PLANT", siteKind="PLANT")])
    await capture_packages(graph, MAKER, [case("C1")])
    for number in range(10):
        sent = f"shipment/MAKER1/H{number}"
        outcomes = await asyncio.gather(
            capture_receipts(graph, CARRIER, [receipt(sent)]),
            capture_shipments(graph, MAKER, [shipment(f"H{number}")]),
            capture_receipts(graph, STRANGER, [receipt(sent)]),
        )
        assert statuses([outcomes[0][0], outcomes[1][0]]) == ["CREATED", "CREATED"]
    rows = await ask(graph, "MATCH (h:Shipment)-[d:DELIVERED_TO]->() RETURN h.id, count(d)")
    assert sorted(rows) == [[f"shipment/MAKER1/H{number}", 1] for number in range(10)]
