"""Lineage over a captured document is what the reference makes of the same events."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx2
import pytest

from tests.epcis import MATERIAL, finished, read
from tests.functional.examples import ROOT
from tests.reference.epcis import name, world_of_events
from tests.reference.oracle import backward, forward, recall_radius
from tests.reference.system import GraphQLSystem, comparable
from tests.reference.world import World
from tests.service import Service

EXAMPLE = ROOT / "docs" / "examples" / "epcis.json"
OTHERS = MATERIAL / "1.2/EPCIS/XML/Capture/Documents/GS1_US_Pharma_Example_2_2_1_1.xml"
CASES = [(EXAMPLE, "6931234"), *([(OTHERS, "030001")] if OTHERS.exists() else [])]


def milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def events_of(path: Any) -> list[dict[str, Any]]:
    return [dict(item.value.body) for item in read(path) if item.value]


def named_as(world: World, shipments: list[str]) -> World:
    """The same world with the shipments' names of the system, which makes them from the events' transactions."""
    names = dict(zip((one.id for one in world.shipments), shipments, strict=True))
    return replace(
        world,
        shipments=tuple(replace(one, id=names[one.id]) for one in world.shipments),
        receipts=tuple(replace(one, shipment=names[one.shipment]) for one in world.receipts),
    )


@pytest.mark.parametrize(("path", "enterprise"), CASES, ids=["ours", "of others"][: len(CASES)])
async def test_lineage_over_a_document_is_that_of_the_reference(service: Service, path: Any, enterprise: str) -> None:
    answer = httpx2.post(f"{service.url}/capture", content=path.read_bytes(), headers=service.headers(enterprise), timeout=60)
    job = finished(f"{service.url}{answer.headers['location']}", service.headers(enterprise))
    assert (job["success"], job["notes"]) == (True, [])
    events = events_of(path)
    world = world_of_events(events, enterprise, milliseconds)
    system = GraphQLSystem(service.post)
    items = [one.id for one in world.packages if one.level == "ITEM"]
    found = await system.forward(items)
    shipments = sorted(record for record, (kind, _) in found["nodes"].items() if kind == "SHIPMENT")
    assert len(shipments) == len(world.shipments) == 1
    world = named_as(world, shipments)
    batches, pallets = [one.id for one in world.batches], [one.id for one in world.packages if one.level == "PALLET"]
    for seeds in (*([one] for one in (*batches, *items, *pallets, *shipments)), items, [name(events[-1].get("epcList", [""])[0])]):
        assert comparable(await system.forward(seeds)) == comparable(forward(world, seeds)), seeds
        assert comparable(await system.backward(seeds)) == comparable(backward(world, seeds)), seeds
    for radius in (0, 1):
        assert await system.recall(batches[:1], radius) == recall_radius(world, batches[:1], radius)
