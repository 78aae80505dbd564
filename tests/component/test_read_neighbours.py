"""One step up, one step down: what a receiver and a sender read of each other's records, and what nobody else does."""

import pytest

from auth.actor import Actor, Duty, Role
from graph.engine.driver import Graph
from graph.model.times import STILL
from tests.component.reading import ENTERPRISE, OTHER, OWN, REGULATOR, ask, link, properties, put

pytestmark = pytest.mark.anyio
THIRD = "THIRD3"
SENDER, STRANGER = Actor("sender", Role.ENTERPRISE, OTHER, frozenset(Duty)), Actor("stranger", Role.ENTERPRISE, THIRD, frozenset(Duty))
PALLET, CASE, CAN, LEFT = (f"package/{OTHER}/{number}" for number in ("pallet", "case", "can", "left"))
TRIP, PLANT, SHOP = f"shipment/{OTHER}/trip", f"site/{OTHER}/plant", f"site/{OWN}/shop"
SHIPMENT = """query ($id: ID!) { node(id: $id) { ... on Shipment { id recordedBy history { version } number departedAt receivedAt
    origin { id name } destination { id } packages { nodes { id } totalCount } missing { totalCount } } } }"""
PACKAGE = """query ($id: ID!) { node(id: $id) { ... on Package { id code level recordedBy batch { id } parent { id }
    children { nodes { id } totalCount } shipments { nodes { id } totalCount } queries { totalCount } } } }"""


@pytest.fixture
async def trade(graph: Graph) -> Graph:
    """A pallet of OTHER's with a case and a can, sent to a shop of OWN's; another can came out of the case before."""
    await put(
        graph,
        *(properties(one) for one in (f"enterprise/{OTHER}", PLANT, SHOP, f"batch/{OTHER}/b")),
        properties(PALLET, level="PALLET"),
        properties(CASE, level="CASE"),
        properties(CAN, batch=f"batch/{OTHER}/b"),
        properties(LEFT, batch=f"batch/{OTHER}/b"),
        properties(TRIP, origin=PLANT, destination=SHOP, departedAt=100),
    )
    await link(graph, "CONTAINS", [(PALLET, CASE), (CASE, CAN)], **{"from": 10, "until": STILL})
    await link(graph, "CONTAINS", [(CASE, LEFT)], **{"from": 10, "until": 50})
    await link(graph, "SHIPPED_IN", [(PALLET, TRIP)], at=100)
    await link(graph, "SENT_FROM", [(TRIP, PLANT)])
    await link(graph, "BOUND_FOR", [(TRIP, SHOP)])
    return graph


async def test_the_receiver_reads_what_both_share(trade: Graph) -> None:
    assert (await ask(trade, ENTERPRISE, SHIPMENT, id=TRIP))["node"] == {
        "id": TRIP,
        "recordedBy": None,
        "history": [],
        "number": "trip",
        "departedAt": "1970-01-01T00:00:00.100Z",
        "receivedAt": None,
        "origin": {"id": PLANT, "name": "某店"},
        "destination": {"id": SHOP},
        "packages": {"nodes": [{"id": PALLET}], "totalCount": 1},
        "missing": {"totalCount": 0},
    }
    shown = (await ask(trade, ENTERPRISE, PACKAGE, id=CASE))["node"]
    assert shown == {
        "id": CASE,
        "code": f"{OTHER}.case",
        "level": "CASE",
        "recordedBy": None,
        "batch": None,
        "parent": {"id": PALLET},
        "children": {"nodes": [{"id": CAN}], "totalCount": 1},
        "shipments": {"nodes": [], "totalCount": 0},
        "queries": {"totalCount": 0},
    }
    assert (await ask(trade, ENTERPRISE, PACKAGE, id=PALLET))["node"]["shipments"]["nodes"] == [{"id": TRIP}]
    assert (await ask(trade, ENTERPRISE, PACKAGE, id=CAN))["node"]["id"] == CAN


async def test_a_package_tells_who_got_it_what_is_in_it(trade: Graph) -> None:
    """By table 7 of the maternal and baby products draft; the batch and the product themselves stay closed."""
    batch, product = f"batch/{OTHER}/b", f"product/{OTHER}/p"
    await put(trade, properties(product, netContentAndSpecification="400 克", shelfLifeDays=540))
    await link(trade, "PACKED_INTO", [(batch, CAN)], at=10)
    await link(trade, "MAKES", [(batch, product)])
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Package { batch { id } sharedTrace { traceCode productName
        netContentAndSpecification batchNumber productionDate bestBefore shelfLifeDays enterpriseName enterpriseAddress } } } }"""
    can, case, left = (await ask(trade, ENTERPRISE, query, ids=[CAN, CASE, LEFT]))["nodes"]
    told = {
        "traceCode": f"{OTHER}.can",
        "productName": "某奶粉",
        "netContentAndSpecification": "400 克",
        "batchNumber": "b",
        "productionDate": "2026-01-01",
        "bestBefore": "2027-06-25",
        "shelfLifeDays": 540,
        "enterpriseName": "某公司",
        "enterpriseAddress": None,
    }
    assert can == {"batch": None, "sharedTrace": told}
    of_no_batch = dict.fromkeys(told) | {"traceCode": f"{OTHER}.case", "enterpriseName": "某公司"}
    assert case == {"batch": None, "sharedTrace": of_no_batch}
    assert left is None
    assert (await ask(trade, STRANGER, query, ids=[CAN]))["nodes"] == [None]
    for actor in (SENDER, REGULATOR):
        assert (await ask(trade, actor, query, ids=[CAN]))["nodes"] == [{"batch": {"id": batch}, "sharedTrace": told}]
    by_id = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert (await ask(trade, ENTERPRISE, by_id, ids=[batch, product]))["nodes"] == [None, None]


async def test_what_came_to_a_site_is_listed_there(trade: Graph) -> None:
    query = """query ($site: ID!, $owners: [String!]) { shipments(filter: {destination: $site, owners: $owners, numbers: ["trip"]})
        { nodes { id } totalCount } }"""
    for owners in (None, [OTHER]):
        assert (await ask(trade, ENTERPRISE, query, site=SHOP, owners=owners))["shipments"] == {"nodes": [{"id": TRIP}], "totalCount": 1}
    assert (await ask(trade, ENTERPRISE, query, site=SHOP, owners=[OWN]))["shipments"] == {"nodes": [], "totalCount": 0}
    assert (await ask(trade, STRANGER, query, site=SHOP))["shipments"] == {"nodes": [], "totalCount": 0}


async def test_the_sender_reads_the_site_that_it_sent_to(trade: Graph) -> None:
    query = "query ($id: ID!) { node(id: $id) { ... on Site { id name address recordedBy } } }"
    assert (await ask(trade, SENDER, query, id=SHOP))["node"] == {"id": SHOP, "name": "某店", "address": None, "recordedBy": None}
    assert (await ask(trade, STRANGER, query, id=SHOP))["node"] is None


async def test_nobody_else_reads_anything(trade: Graph) -> None:
    ids = [PALLET, CASE, CAN, LEFT, TRIP, PLANT, SHOP, f"batch/{OTHER}/b"]
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert (await ask(trade, STRANGER, nodes, ids=ids))["nodes"] == [None] * len(ids)
    known = (await ask(trade, ENTERPRISE, nodes, ids=ids))["nodes"]
    assert [bool(node) for node in known] == [True, True, True, False, True, True, True, False]


async def test_who_never_held_a_package_passes_nothing_on(trade: Graph) -> None:
    """STRANGER lists a package of OTHER's in a shipment of its own to its own shop, and in one to OWN's."""
    own, gift, away = f"shipment/{THIRD}/own", f"shipment/{THIRD}/gift", f"site/{THIRD}/away"
    await put(
        trade,
        properties(away),
        properties(own, origin=away, destination=away, departedAt=200),
        properties(gift, origin=away, destination=SHOP, departedAt=200),
    )
    await link(trade, "SHIPPED_IN", [(LEFT, own), (LEFT, gift)], at=200)
    await link(trade, "SENT_FROM", [(own, away), (gift, away)])
    await link(trade, "BOUND_FOR", [(own, away), (gift, SHOP)])
    assert (await ask(trade, STRANGER, PACKAGE, id=LEFT))["node"] is None
    assert (await ask(trade, STRANGER, SHIPMENT, id=own))["node"]["packages"] == {"nodes": [], "totalCount": 0}
    assert (await ask(trade, ENTERPRISE, PACKAGE, id=LEFT))["node"] is None
    assert (await ask(trade, ENTERPRISE, SHIPMENT, id=gift))["node"]["packages"] == {"nodes": [], "totalCount": 0}
    assert (await ask(trade, REGULATOR, SHIPMENT, id=gift))["node"]["packages"]["totalCount"] == 1


async def test_what_a_holder_passes_on_is_known_to_the_next(trade: Graph) -> None:
    on, far = f"shipment/{OWN}/on", f"site/{THIRD}/far"
    await put(trade, properties(far), properties(on, origin=SHOP, destination=far, departedAt=300))
    await link(trade, "SHIPPED_IN", [(CASE, on)], at=300)
    await link(trade, "SENT_FROM", [(on, SHOP)])
    await link(trade, "BOUND_FOR", [(on, far)])
    assert (await ask(trade, ENTERPRISE, SHIPMENT, id=on))["node"]["packages"]["nodes"] == [{"id": CASE}]
    assert (await ask(trade, STRANGER, SHIPMENT, id=on))["node"]["packages"]["nodes"] == [{"id": CASE}]
    assert (await ask(trade, STRANGER, PACKAGE, id=CAN))["node"]["id"] == CAN
    assert (await ask(trade, STRANGER, PACKAGE, id=PALLET))["node"] is None
    assert (await ask(trade, STRANGER, PACKAGE, id=CASE))["node"]["parent"] is None
    assert (await ask(trade, STRANGER, SHIPMENT, id=TRIP))["node"] is None
