"""The platform reads the PUBLIC and SHARED fields of every record by its ID, and no INTERNAL one."""

import pytest

from api.resolvers.loaders import Loaders
from graph.engine.driver import Graph, observed
from graph.model.identifiers import Kind
from graph.model.times import STILL
from graph.records import NOUNS
from tests.component.reading import OWN, PLATFORM, ask, link, properties, put, refused

pytestmark = pytest.mark.anyio
NODE = "query ($id: ID!) { node(id: $id) { id ... on Record { owner version recordedBy history { version } } } }"
INTERNAL = {"farm": "Farm { name }", "milk": "MilkDelivery { quantityKg }", "lot": "IngredientLot { name }"} | {
    "batch": "Batch { startedAt }",
    "query": "ConsumerQuery { place code }",
}


@pytest.mark.parametrize("kind", sorted(INTERNAL))
async def test_an_internal_field_that_cannot_be_null_is_refused(graph: Graph, kind: str) -> None:
    await put(graph, properties(f"{kind}/{OWN}/1"))
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {INTERNAL[kind]} }} }}"
    assert (await refused(graph, PLATFORM, query, id=f"{kind}/{OWN}/1"))[0] == "FORBIDDEN"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ENTERPRISE])
async def test_no_statement_that_reads_whole_records_is_run(graph: Graph, kind: Kind) -> None:
    record = f"{kind.value}/{OWN}/1"
    await put(graph, properties(record))
    with observed() as seen:
        shown = (await ask(graph, PLATFORM, NODE, id=record))["node"]
    assert shown == {"id": record, "owner": OWN, "version": 1, "recordedBy": None, "history": []}
    assert [one.name for one in seen if one.name.endswith("by_ids")] == [f"{NOUNS[kind]}/shared_by_ids"]


async def test_what_the_platform_reads_of_others_leaves_a_trace(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OWN}/1"), properties(f"enterprise/{OWN}"))
    loaders = Loaders(graph, PLATFORM)
    assert await loaders.record(f"farm/{OWN}/1") is not None
    assert await loaders.record(f"enterprise/{OWN}") is not None
    assert loaders.shown == {f"farm/{OWN}/1"}


async def test_internal_lists_are_empty_and_shared_ones_are_whole(graph: Graph) -> None:
    pallet, trip, shop = (f"{one}/{OWN}/1" for one in ("package", "shipment", "site"))
    can = f"package/{OWN}/can"
    await put(graph, properties(pallet, level="PALLET"), properties(can, batch=f"batch/{OWN}/1"), properties(shop))
    await put(graph, properties(f"batch/{OWN}/1", product=f"product/{OWN}/P"), properties(f"product/{OWN}/P"))
    await put(graph, properties(trip, destination=shop), properties(f"query/{OWN}/1"), properties(f"milk/{OWN}/1"))
    await link(graph, "CONTAINS", [(pallet, can)], **{"from": 10, "until": STILL})
    await link(graph, "SHIPPED_IN", [(pallet, trip)], at=100)
    await link(graph, "DELIVERED_TO", [(trip, shop)], at=200)
    await link(graph, "PACKED_INTO", [(f"batch/{OWN}/1", can)], at=5)
    await link(graph, "QUERIED_AS", [(can, f"query/{OWN}/1")])
    await link(graph, "CONSUMED_BY", [(f"milk/{OWN}/1", f"batch/{OWN}/1")], at=1, quantityKg="1", line=0)
    query = """{ shipment: node(id: "%s") { ... on Shipment { packages { nodes { id } totalCount } missing { totalCount } } }
        pallet: node(id: "%s") { ... on Package { children { nodes { id } totalCount } shipments { nodes { id } } } }
        can: node(id: "%s") { ... on Package { parent { id } queries { totalCount } } }
        site: node(id: "%s") { ... on Site { arrivals { nodes { id } } } }
        batch: node(id: "batch/%s/1") { ... on Batch { batchKind product { name } yieldKg inputs { rework } packages { totalCount } } }
        milk: node(id: "milk/%s/1") { ... on MilkDelivery { usedBy { totalCount } } } }"""
    assert await ask(graph, PLATFORM, query % (trip, pallet, can, shop, OWN, OWN)) == {
        "shipment": {"packages": {"nodes": [{"id": pallet}], "totalCount": 1}, "missing": {"totalCount": 0}},
        "pallet": {"children": {"nodes": [{"id": can}], "totalCount": 1}, "shipments": {"nodes": [{"id": trip}]}},
        "can": {"parent": {"id": pallet}, "queries": {"totalCount": 0}},
        "site": {"arrivals": {"nodes": [{"id": trip}]}},
        "batch": {"batchKind": "FINISHED", "product": {"name": "某奶粉"}, "yieldKg": None, "inputs": [], "packages": {"totalCount": 0}},
        "milk": {"usedBy": {"totalCount": 0}},
    }
