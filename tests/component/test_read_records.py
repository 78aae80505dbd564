"""Records by ID, what they name and what hangs on them, as each kind of viewer is shown them."""

import json

import pytest

from graph.engine.driver import Graph
from graph.model.identifiers import Kind
from graph.model.times import STILL
from graph.statements import inline
from tests.component.reading import (
    CONSUMER,
    ENTERPRISE,
    OTHER,
    OWN,
    PLATFORM,
    PUBLIC,
    REGULATOR,
    SCHEMA,
    ask,
    context,
    link,
    properties,
    put,
    refused,
)

pytestmark = pytest.mark.anyio

NODE = "query ($id: ID!) { node(id: $id) { __typename id ... on Record { owner version recordedAt recordedBy } } }"
FILE = json.dumps({"name": "报告.pdf", "mediaType": "application/pdf", "sha256": "ab" * 32, "size": 12})
SHOWN_FILE = {"name": "报告.pdf", "mediaType": "application/pdf", "sha256": "ab" * 32, "size": 12, "url": f"/files/{'ab' * 32}"}
TYPES = {
    Kind.ENTERPRISE: "Enterprise",
    Kind.FARM: "Farm",
    Kind.MILK_DELIVERY: "MilkDelivery",
    Kind.INGREDIENT_LOT: "IngredientLot",
    Kind.PRODUCT: "Product",
    Kind.PRODUCTION_BATCH: "Batch",
    Kind.PACKAGE: "Package",
    Kind.SHIPMENT: "Shipment",
    Kind.SITE: "Site",
    Kind.CONSUMER_QUERY: "ConsumerQuery",
}


def of(kind: Kind, owner: str) -> str:
    return f"enterprise/{owner}" if kind is Kind.ENTERPRISE else f"{kind.value}/{owner}/1"


@pytest.mark.parametrize("kind", Kind)
async def test_a_record_of_each_kind_for_each_viewer(graph: Graph, kind: Kind) -> None:
    own, other = of(kind, OWN), of(kind, OTHER)
    await put(graph, properties(own), properties(other))
    shown = {"__typename": TYPES[kind], "id": own, "owner": OWN, "version": 1, "recordedAt": "1970-01-01T00:00:05Z", "recordedBy": "sync"}
    assert await ask(graph, ENTERPRISE, NODE, id=own) == {"node": shown}
    assert await ask(graph, ENTERPRISE, NODE, id=other) == {"node": None}
    assert await ask(graph, REGULATOR, NODE, id=other) == {"node": shown | {"id": other, "owner": OTHER}}
    for nobody in (PUBLIC, CONSUMER):
        assert await ask(graph, nobody, NODE, id=own) == {"node": None}
    # the platform reads what is public or shared: who recorded it is neither, but for the register that it keeps itself
    seen = shown if kind is Kind.ENTERPRISE else shown | {"recordedBy": None}
    assert await ask(graph, PLATFORM, NODE, id=own) == {"node": seen}


async def test_nodes_keep_their_order(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OWN}/1"), properties(f"site/{OWN}/1"), properties(f"farm/{OTHER}/1"))
    ids = [f"site/{OWN}/1", f"farm/{OWN}/nope", f"farm/{OTHER}/1", f"farm/{OWN}/1", f"site/{OWN}/1"]
    data = await ask(graph, ENTERPRISE, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node and node["id"] for node in data["nodes"]] == [ids[0], None, None, ids[3], ids[0]]


async def test_ids_that_are_given_out_and_open_nothing(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OWN}/1"))
    ids = [f"hidden/{'0a' * 16}", f"receipt/{OWN}/shipment/{OTHER}/1", f"sale/{OWN}/{'ab' * 32}", f"farm/{OWN}/1"]
    assert (await ask(graph, ENTERPRISE, NODE, id=ids[0]))["node"] is None
    data = await ask(graph, ENTERPRISE, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert data["nodes"] == [None, None, None, {"id": ids[3]}]
    assert (await refused(graph, ENTERPRISE, NODE, id="hidden/nonsense"))[0] == "MALFORMED_ID"


async def test_a_record_that_has_not_come_is_not_there(graph: Graph) -> None:
    await put(graph, {"id": f"farm/{OWN}/1", "owner": OWN})
    assert await ask(graph, REGULATOR, NODE, id=f"farm/{OWN}/1") == {"node": None}


async def test_an_id_that_is_none(graph: Graph) -> None:
    code, message = await refused(graph, ENTERPRISE, NODE, id="cow/OWNCO1/1")
    assert code == "MALFORMED_ID"
    assert message.startswith("id: found 'cow/OWNCO1/1'; an ID is <kind>/<enterprise code>/<number>")
    code, _ = await refused(graph, ENTERPRISE, "{ nodes(ids: [" + '"farm/OWNCO1/1",' * 501 + "]) { id } }")
    assert code == "TOO_MANY_IDS"


async def test_an_id_is_read_in_any_normal_form(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OWN}/caf\u00e9"))
    assert (await ask(graph, ENTERPRISE, NODE, id=f"farm/{OWN}/cafe\u0301"))["node"]["id"] == f"farm/{OWN}/caf\u00e9"


async def test_every_field(graph: Graph) -> None:
    enterprise = {
        "address": "a", "contact": "c", "phone": "p", "website": "w", "integrityCertificateNumber": "n",
        "integrityCertificateValidity": "v", "productionLicenceNumber": "ln", "productionLicenceValidity": "lv",
        "enterpriseTraceUrl": "u",
    }  # fmt: skip
    product = {
        "netContentGrams": "400", "brand": "b", "netContentAndSpecification": "400 g", "productStandard": "GB 10767",
        "productCategory": "pc", "productionProcess": "pp", "suitableAge": "sa", "instructionsForUse": "iu", "warnings": "w",
        "ingredientList": "il", "storageConditions": "sc", "nutrition": "n", "qualityCommitment": "qc",
        "voluntaryDisclosures": "vd", "shelfLifeDays": 730,
    }  # fmt: skip
    lot = {"category": "PROBIOTIC", "mainIngredient": False, "heatSensitive": True, "placeOfOrigin": "某省", "quantityKg": "12000.5"}
    milk = {"quantityKg": "5000", "departureTemperatureC": 3.5, "arrivalTemperatureC": 4, "milkSourceOrigin": "某地"}
    batch = {
        "route": "COMBINED", "productionDate": "2026-01-31", "bestBefore": "2028-01-31", "yieldKg": "999.25", "placeOfProduction": "p",
        "producerNameAndContact": "n", "uploadedOn": "2026-02-01", "voluntaryDisclosures": "v", "batchKind": "INTERMEDIATE",
    }  # fmt: skip
    await put(
        graph,
        properties(f"enterprise/{OWN}", **enterprise, integrityCertificate=FILE),
        properties(f"product/{OWN}/1", **product, packagingArtwork=FILE),
        properties(f"lot/{OWN}/1", **lot, certificates=[FILE, FILE], receivedAt=86_400_000),
        properties(f"milk/{OWN}/1", **milk, departedAt=1_500, arrivedAt=3_600_000),
        properties(f"batch/{OWN}/1", **batch, productInspectionReport=FILE),
        properties(f"query/{OWN}/1", channel="WEB", place="北京", time=1_000),
    )
    kinds = (("enterprise", enterprise), ("product", product), ("lot", lot), ("milk", milk), ("batch", batch))
    types = {"lot": "IngredientLot", "milk": "MilkDelivery"}
    for kind, fields in kinds:
        record = f"enterprise/{OWN}" if kind == "enterprise" else f"{kind}/{OWN}/1"
        query = f'{{ node(id: "{record}") {{ ... on {types.get(kind, kind.title())} {{ {" ".join(fields)} }} }} }}'
        assert (await ask(graph, ENTERPRISE, query))["node"] == fields
    data = await ask(
        graph,
        ENTERPRISE,
        f"""{{
            enterprise: node(id: "enterprise/{OWN}") {{ ... on Enterprise {{ integrityCertificate {{ name mediaType sha256 size url }} }} }}
            product: node(id: "product/{OWN}/1") {{ ... on Product {{ packagingArtwork {{ name mediaType sha256 size url }} }} }}
            lot: node(id: "lot/{OWN}/1") {{ ... on IngredientLot {{ certificates {{ name mediaType sha256 size url }} receivedAt }} }}
            milk: node(id: "milk/{OWN}/1") {{ ... on MilkDelivery {{ departedAt arrivedAt }} }}
            batch: node(id: "batch/{OWN}/1") {{ ... on Batch {{ productInspectionReport {{ name mediaType sha256 size url }} endedAt }} }}
            query: node(id: "query/{OWN}/1") {{ ... on ConsumerQuery {{ code time channel place verdict count kind }} }}
        }}""",
    )
    assert data == {
        "enterprise": {"integrityCertificate": SHOWN_FILE},
        "product": {"packagingArtwork": SHOWN_FILE},
        "lot": {"certificates": [SHOWN_FILE, SHOWN_FILE], "receivedAt": "1970-01-02T00:00:00Z"},
        "milk": {"departedAt": "1970-01-01T00:00:01.500Z", "arrivedAt": "1970-01-01T01:00:00Z"},
        "batch": {"productInspectionReport": SHOWN_FILE, "endedAt": "1970-01-01T00:00:02Z"},
        "query": {
            "code": f"{OWN}.P1",
            "time": "1970-01-01T00:00:01Z",
            "channel": "WEB",
            "place": "北京",
            "verdict": "AUTHENTIC",
            "count": 1,
            "kind": "CONSUMER_QUERY",
        },
    }


async def test_references_to_others_and_to_what_has_not_come(graph: Graph) -> None:
    await put(
        graph,
        properties(f"milk/{OWN}/1", farm=f"farm/{OWN}/1"),
        properties(f"milk/{OWN}/2", farm=f"farm/{OTHER}/1"),
        properties(f"milk/{OWN}/3", farm=f"farm/{OWN}/2"),
        properties(f"farm/{OWN}/1"),
        properties(f"farm/{OTHER}/1"),
        {"id": f"farm/{OWN}/2", "owner": OWN},
    )
    query = f'{{ nodes(ids: ["milk/{OWN}/1", "milk/{OWN}/2", "milk/{OWN}/3"]) {{ ... on MilkDelivery {{ farm {{ id name }} }} }} }}'
    shown = {"id": f"farm/{OWN}/1", "name": "某牧场"}
    assert await ask(graph, ENTERPRISE, query) == {"nodes": [{"farm": shown}, {"farm": None}, {"farm": None}]}
    assert await ask(graph, REGULATOR, query) == {"nodes": [{"farm": shown}, {"farm": shown | {"id": f"farm/{OTHER}/1"}}, {"farm": None}]}


async def test_inputs_of_others_stay_in_place_hidden(graph: Graph) -> None:
    uses = [
        {"source": f"lot/{OTHER}/1", "quantityKg": "2.5", "at": 1_000, "rework": False},
        {"source": f"milk/{OWN}/1", "quantityKg": "10", "at": 2_000, "rework": False},
        {"source": f"batch/{OWN}/0", "quantityKg": "1", "at": 3_000, "rework": True},
    ]
    batch = properties(f"batch/{OWN}/1", inputs=[json.dumps(use) for use in uses])
    await put(graph, batch, properties(f"milk/{OWN}/1"), properties(f"lot/{OTHER}/1"), properties(f"batch/{OWN}/2"))
    query = f"""{{ node(id: "batch/{OWN}/1") {{ ... on Batch {{
        inputs {{ quantityKg at rework source {{ id kind distance disclosed record {{ id }} }} }} }} }} }}"""
    first, second, third = (await ask(graph, ENTERPRISE, query))["node"]["inputs"]
    hidden = first["source"].pop("id")
    assert hidden.startswith("hidden/")
    assert OTHER not in hidden
    assert first == {
        "quantityKg": "2.5",
        "at": "1970-01-01T00:00:01Z",
        "rework": False,
        "source": {"kind": "INGREDIENT_LOT", "distance": 1, "disclosed": False, "record": None},
    }
    assert second["source"] == {
        "id": f"milk/{OWN}/1",
        "kind": "MILK_DELIVERY",
        "distance": 1,
        "disclosed": True,
        "record": {"id": f"milk/{OWN}/1"},
    }
    # its own, and not there: no record, but nothing hidden
    assert third["rework"] is True
    assert third["source"] == {"id": f"batch/{OWN}/0", "kind": "PRODUCTION_BATCH", "distance": 1, "disclosed": True, "record": None}
    assert (await ask(graph, REGULATOR, query))["node"]["inputs"][0]["source"]["record"] == {"id": f"lot/{OTHER}/1"}
    assert (await ask(graph, ENTERPRISE, query.replace("batch/OWNCO1/1", "batch/OWNCO1/2")))["node"] == {"inputs": []}


async def test_what_hangs_on_each_record(graph: Graph) -> None:
    own = {name: f"{name}/{OWN}/1" for name in ("farm", "milk", "lot", "product", "batch", "package", "shipment", "site", "query")}
    other = {name: f"{name}/{OTHER}/1" for name in own}
    await put(graph, properties(f"enterprise/{OWN}"), *(properties(record) for record in (*own.values(), *other.values())))
    await put(graph, {"id": f"package/{OWN}/stub", "owner": OWN}, properties(f"batch/{OWN}/2"))
    for target in (own, other):
        await link(graph, "SUPPLIED", [(own["farm"], target["milk"]), (f"enterprise/{OWN}", target["lot"])])
        await link(graph, "CONSUMED_BY", [(own["milk"], target["batch"]), (own["lot"], target["batch"])], at=1)
        await link(graph, "MAKES", [(target["batch"], own["product"])])
        await link(graph, "PACKED_INTO", [(own["batch"], target["package"])], at=1)
        await link(graph, "SHIPPED_IN", [(own["package"], target["shipment"]), (target["package"], own["shipment"])], at=1)
        await link(graph, "MISSING_FROM", [(target["package"], own["shipment"])])
        await link(graph, "DELIVERED_TO", [(target["shipment"], own["site"])], at=1)
        await link(graph, "QUERIED_AS", [(own["package"], target["query"])])
    await link(graph, "PACKED_INTO", [(own["batch"], f"package/{OWN}/stub")], at=1)
    # the same source weighed in twice is one batch that used it
    await link(graph, "CONSUMED_BY", [(own["milk"], own["batch"]), (own["batch"], f"batch/{OWN}/2")], at=2)
    page = "{ nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage } }"
    fields = {
        "farm": ("Farm", "deliveries", "milk"),
        "milk": ("MilkDelivery", "usedBy", "batch"),
        "lot": ("IngredientLot", "usedBy", "batch"),
        "product": ("Product", "batches", "batch"),
        "batch": ("Batch", "packages", "package"),
        "site": ("Site", "arrivals", "shipment"),
    }
    more = {"package": ("Package", "shipments", "shipment"), "shipment": ("Shipment", "packages", "package")}
    rest = {"package": ("Package", "queries", "query"), "shipment": ("Shipment", "missing", "package")}
    for source, (typename, name, target) in [*fields.items(), *more.items(), *rest.items()]:
        query = f'{{ node(id: "{own[source]}") {{ ... on {typename} {{ {name} {page} }} }} }}'
        ends = {"hasNextPage": False, "hasPreviousPage": False}
        for viewer, seen in ((ENTERPRISE, [own[target]]), (REGULATOR, sorted([own[target], other[target]]))):
            data = await ask(graph, viewer, query)
            assert data["node"] == {name: {"nodes": [{"id": record} for record in seen], "totalCount": len(seen), "pageInfo": ends}}, (
                name,
                viewer,
            )
    lots = await ask(graph, ENTERPRISE, f'{{ node(id: "enterprise/{OWN}") {{ ... on Enterprise {{ suppliedLots {page} }} }} }}')
    assert [node["id"] for node in lots["node"]["suppliedLots"]["nodes"]] == [own["lot"]]
    uses = await ask(graph, ENTERPRISE, f'{{ node(id: "{own["batch"]}") {{ ... on Batch {{ usedBy {page} }} }} }}')
    assert [node["id"] for node in uses["node"]["usedBy"]["nodes"]] == [f"batch/{OWN}/2"]
    assert uses["node"]["usedBy"]["totalCount"] == 1


async def test_an_error_in_one_place_takes_nothing_from_another_that_reads_the_same(graph: Graph) -> None:
    """The product is read once for both batches; what is given up with the first one is still read for the second."""
    product, batches = f"product/{OWN}/1", [f"batch/{OWN}/1", f"batch/{OWN}/2"]
    await put(graph, properties(product), *(properties(batch, product=product) for batch in batches))
    wrong = "{ wrong: node(id: $a) { ... on Batch { product { id } packages(first: -1) { totalCount } } }"
    query = f"query ($a: ID!, $b: ID!) {wrong} right: node(id: $b) {{ ... on Batch {{ product {{ id }} }} }} }}"
    result = await SCHEMA.execute(query, {"a": batches[0], "b": batches[1]}, context_value=context(graph, ENTERPRISE))
    assert result.data == {"wrong": None, "right": {"product": {"id": product}}}
    assert result.errors is not None
    assert [error.path for error in result.errors] == [["wrong", "packages"]]


async def test_packages_in_packages_over_time(graph: Graph) -> None:
    pallet, case, late = (f"package/{OWN}/{name}" for name in ("pallet", "case", "late"))
    items = [f"package/{OWN}/i{n}" for n in range(5)]
    hour = 3_600_000
    await put(graph, *(properties(record, level="CASE") for record in (pallet, case, late)), *(properties(item) for item in items))
    await link(graph, "CONTAINS", [(case, item) for item in items], **{"from": 0, "until": STILL})
    await link(graph, "CONTAINS", [(pallet, case)], **{"from": hour, "until": 2 * hour})
    await link(graph, "CONTAINS", [(pallet, late)], **{"from": STILL - hour, "until": STILL})
    query = """query ($id: ID!, $at: DateTime) { node(id: $id) { ... on Package {
        parent { id } children(at: $at, first: 3) { nodes { id } totalCount } } } }"""
    alone = (await ask(graph, ENTERPRISE, query, id=items[0]))["node"]
    assert alone == {"parent": {"id": case}, "children": {"nodes": [], "totalCount": 0}}
    now = (await ask(graph, ENTERPRISE, query, id=case))["node"]
    assert now == {"parent": None, "children": {"nodes": [{"id": item} for item in items[:3]], "totalCount": 5}}
    for at, inside in (("00:59", []), ("01:00", [case]), ("01:59", [case]), ("02:00", [])):
        node = (await ask(graph, ENTERPRISE, query, id=pallet, at=f"1970-01-01T{at}:00Z"))["node"]
        assert node["children"] == {"nodes": [{"id": record} for record in inside], "totalCount": len(inside)}, at
    code, message = await refused(graph, ENTERPRISE, query, id=pallet, at="yesterday")
    assert code == "BAD_USER_INPUT"
    assert message.startswith("at: found 'yesterday'; right is a time as ISO 8601")


async def test_a_batch_and_its_codes(graph: Graph) -> None:
    await put(graph, properties(f"batch/{OWN}/B1"), properties(f"package/{OWN}/001-a_B.c", batch=f"batch/{OWN}/B1"))
    query = f'{{ node(id: "package/{OWN}/001-a_B.c") {{ ... on Package {{ code number kind level batch {{ number batchKind }} }} }} }}'
    assert (await ask(graph, ENTERPRISE, query))["node"] == {
        "code": f"{OWN}.001-a_B.c",
        "number": "001-a_B.c",
        "kind": "PACKAGE",
        "level": "ITEM",
        "batch": {"number": "B1", "batchKind": "FINISHED"},
    }


async def test_history(graph: Graph) -> None:
    for owner in (OWN, OTHER):
        record = f"farm/{owner}/1"
        await put(graph, properties(record, version=3))
        for version in (1, 2):
            earlier = {"id": f"{record}@{version}", "of": record, "version": version, "content": f'{{"name":"v{version}"}}'}
            earlier |= {"digest": "d", "recordedAt": version * 1_000, "recordedBy": "sync", "auditId": "a"}
            await graph.administer(inline("tests/version", "CREATE (v:RecordVersion) SET v += $of"), of=earlier)
    query = "query ($id: ID!) { node(id: $id) { ... on Farm { version history { version recordedAt recordedBy content } } } }"
    assert (await ask(graph, ENTERPRISE, query, id=f"farm/{OWN}/1"))["node"] == {
        "version": 3,
        "history": [
            {"version": 2, "recordedAt": "1970-01-01T00:00:02Z", "recordedBy": "sync", "content": '{"name":"v2"}'},
            {"version": 1, "recordedAt": "1970-01-01T00:00:01Z", "recordedBy": "sync", "content": '{"name":"v1"}'},
        ],
    }
    assert await ask(graph, ENTERPRISE, query, id=f"farm/{OTHER}/1") == {"node": None}
