"""The platform reads the PUBLIC and SHARED fields of every record, by its ID and in lists, and no INTERNAL one."""

import pytest

from api.resolvers.loaders import Loaders
from graph.engine.driver import Graph, observed
from graph.model.identifiers import Kind
from graph.model.times import STILL
from graph.records import NOUNS
from tests.component.reading import ENTERPRISE, OTHER, OWN, PLATFORM, SCHEMA, ask, context, link, properties, put, refused
from tests.engines import wipe

pytestmark = pytest.mark.anyio
NODE = "query ($id: ID!) { node(id: $id) { id ... on Record { owner version recordedBy history { version } } } }"
INTERNAL = {"farm": "Farm { name }", "milk": "MilkDelivery { quantityKg }", "lot": "IngredientLot { name }"} | {
    "batch": "Batch { startedAt }",
    "query": "ConsumerQuery { place code }",
}


CHOSEN = [
    ("farms", "sort: {by: NAME}", "sort", "name"),
    ("farms", 'filter: {numbers: ["1"]}', "filter", "number"),
    ("farms", 'search: "某牧场"', "search", "name"),
    ("milkDeliveries", 'filter: {farm: "farm/OWNCO1/F1"}', "filter", "farm"),
    ("milkDeliveries", "filter: {arrivedAt: {}}", "filter", "arrivedAt"),
    ("milkDeliveries", "sort: {by: ARRIVED_AT, direction: DESC}", "sort", "arrivedAt"),
    ("ingredientLots", 'filter: {owners: ["OWNCO1"], supplier: "enterprise/OTHER2"}', "filter", "supplier"),
    ("ingredientLots", "filter: {categories: []}", "filter", "category"),
    ("ingredientLots", 'search: "乳清粉"', "search", "name"),
    ("batches", "filter: {routes: [WET]}", "filter", "route"),
    ("batches", "sort: {by: STARTED_AT}", "sort", "startedAt"),
    ("consumerQueries", 'filter: {package: "package/OWNCO1/P1"}', "filter", "code"),
    ("consumerQueries", 'filter: {places: ["北京"]}', "filter", "place"),
    ("consumerQueries", "sort: {by: TIME}", "sort", "time"),
]


@pytest.mark.parametrize(("field", "arguments", "argument", "name"), CHOSEN)
async def test_by_what_it_may_not_read_it_chooses_nothing(graph: Graph, field: str, arguments: str, argument: str, name: str) -> None:
    """Refused before anything is read, whatever there is to be found."""
    with observed() as seen:
        code, message = await refused(graph, PLATFORM, f"{{ {field}({arguments}) {{ totalCount }} }}")
    assert (code, len(seen)) == ("FORBIDDEN", 0)
    found = f"{argument}: found a {argument} by {name}, a field of tier INTERNAL"
    assert message == f"{found}; right for the role PLATFORM is one by fields of the tiers PUBLIC and SHARED"
    shown = await ask(graph, ENTERPRISE, f"{{ {field}({arguments}) {{ totalCount }} }}")
    assert shown == {field: {"totalCount": 0}}


@pytest.mark.parametrize("field", ["farms", "milkDeliveries", "ingredientLots", "batches", "consumerQueries"])
async def test_a_list_tells_nothing_of_internal_fields(graph: Graph, field: str) -> None:
    """Two graphs that differ in those alone give the same pages, in the same order, with the same cursors."""
    kind = {"farms": "farm", "milkDeliveries": "milk", "ingredientLots": "lot", "batches": "batch", "consumerQueries": "query"}[field]
    answers: list[object] = []
    for turn in (1, -1):
        await wipe(graph)
        for place in range(4):
            rank = 5_000 + turn * place
            told = {"name": f"N{rank}", "arrivedAt": rank, "receivedAt": rank, "startedAt": rank, "time": rank, "place": str(rank)}
            kept = {name: value for name, value in told.items() if name in properties(f"{kind}/{OWN}/{place}") or name == "place"}
            await put(graph, properties(f"{kind}/{OWN}/{place}", **kept), properties(f"{kind}/{OTHER}/{place}", **kept))
        for by in ("ID", "RECORDED_AT"):
            query = f"""query ($after: String) {{ page: {field}(first: 3, after: $after, sort: {{by: {by}, direction: DESC}}) {{
                edges {{ cursor node {{ id owner recordedAt recordedBy history {{ version }} }} }}
                totalCount pageInfo {{ endCursor }} }} }}"""
            page = (await ask(graph, PLATFORM, query))["page"]
            answers += [page, await ask(graph, PLATFORM, query, after=page["pageInfo"]["endCursor"])]
            assert (page["totalCount"], len(page["edges"])) == (8, 3)
    assert answers[:4] == answers[4:]


async def test_what_is_public_or_shared_chooses(graph: Graph) -> None:
    await put(graph, properties(f"product/{OWN}/P1", brand="甲"), properties(f"product/{OTHER}/P2", brand="乙", name="羊奶粉"))
    await put(graph, properties(f"batch/{OWN}/1", batchKind="POOL"), properties(f"batch/{OTHER}/1"))
    query = """{ brand: products(filter: {brands: ["乙"]}) { nodes { id name } totalCount }
        found: products(search: "羊奶") { nodes { id batches { totalCount } } }
        named: products(sort: {by: NAME, direction: DESC}) { nodes { id } }
        pools: batches(filter: {batchKinds: [POOL]}) { nodes { id recordedBy yieldKg inputs { rework } } } }"""
    assert await ask(graph, PLATFORM, query) == {
        "brand": {"nodes": [{"id": f"product/{OTHER}/P2", "name": "羊奶粉"}], "totalCount": 1},
        "found": {"nodes": [{"id": f"product/{OTHER}/P2", "batches": {"totalCount": 0}}]},
        "named": {"nodes": [{"id": f"product/{OTHER}/P2"}, {"id": f"product/{OWN}/P1"}]},
        "pools": {"nodes": [{"id": f"batch/{OWN}/1", "recordedBy": None, "yieldKg": None, "inputs": []}]},
    }
    assert (await refused(graph, PLATFORM, "{ batches { nodes { id startedAt } } }"))[0] == "FORBIDDEN"


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
    listing = context(graph, PLATFORM)
    result = await SCHEMA.execute("{ farms { nodes { id } } }", context_value=listing)
    assert (result.errors, listing.loaders.shown) == (None, {f"farm/{OWN}/1"})


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
