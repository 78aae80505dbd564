"""A regulator who is bound to a region or a class of product: what its enterprises record, what they got and sent, and nothing else; a
recall goes on beyond."""

from dataclasses import replace

import pytest
from strawberry import ID

from api.resolvers.lineage import seeds_of
from auth.actor import Actor, Role
from auth.classes import ProductClass
from graph import access, records
from graph.capture.enterprises import capture_enterprises
from graph.engine.driver import Graph
from graph.lineage.gaps import GapCause, Limits
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from graph.model.identifiers import Kind
from graph.records import Cut, Selection
from graph.regions import bounded
from tests.component.reading import ENTERPRISE, OWN, PLATFORM, ask, context, link, properties, put

pytestmark = pytest.mark.anyio
NORTH, NEAR, SOUTH = "NORTH1", "NORTH2", "SOUTH1"
BOUND = Actor("inspector", Role.REGULATOR, region="230000")
BATCH, CAN, ALONE = f"batch/{SOUTH}/b", f"package/{SOUTH}/can", f"package/{SOUTH}/alone"
TRIP, SHOP, PLANT = f"shipment/{SOUTH}/trip", f"site/{NORTH}/shop", f"site/{SOUTH}/plant"
FARMS = """query ($first: Int, $after: String, $by: FarmSortBy!, $direction: SortDirection!) {
    farms(first: $first, after: $after, sort: {by: $by, direction: $direction}) {
        nodes { id } totalCount pageInfo { endCursor hasNextPage } } }"""


@pytest.fixture
async def north(graph: Graph) -> Graph:
    """A can of the south that is sold in the north, another that stays, and farms of three enterprises."""
    divisions = {NORTH: "230102", NEAR: "230000", SOUTH: "440607"}
    classes = {NORTH: ["INFANT", "OLDER_INFANT"], SOUTH: ["INFANT"]}
    await put(
        graph,
        *(
            properties(f"enterprise/{code}", divisionCode=division, **({"productClasses": classes[code]} if code in classes else {}))
            for code, division in divisions.items()
        ),
    )
    await put(graph, *(properties(f"farm/{code}/{n}", name=f"{n}{code}") for code in divisions for n in range(3)))
    await put(graph, properties(BATCH), properties(CAN, batch=BATCH), properties(ALONE, batch=BATCH), properties(SHOP), properties(PLANT))
    await put(graph, properties(TRIP, origin=PLANT, destination=SHOP, departedAt=2_000, receivedAt=3_000))
    await link(graph, "PACKED_INTO", [(BATCH, CAN), (BATCH, ALONE)], at=1_000)
    await link(graph, "SHIPPED_IN", [(CAN, TRIP)], at=2_000)
    await link(graph, "SENT_FROM", [(TRIP, PLANT)])
    await link(graph, "BOUND_FOR", [(TRIP, SHOP)])
    await link(graph, "DELIVERED_TO", [(TRIP, SHOP)], at=3_000)
    return graph


async def test_a_region_that_has_not_been_asked_for_is_nothing(north: Graph) -> None:
    assert (await ask(north, BOUND, "{ farms { totalCount nodes { id } } }"))["farms"] == {"totalCount": 0, "nodes": []}
    assert (await ask(north, BOUND, "query ($id: ID!) { node(id: $id) { id } }", id=f"farm/{NORTH}/1"))["node"] is None


@pytest.mark.parametrize(
    ("region", "supervised"),
    [("230000", {NORTH, NEAR}), ("230100", {NORTH}), ("230102", {NORTH}), ("230103", set()), ("440000", {SOUTH}), ("310000", set())],
)
async def test_a_division_has_the_enterprises_of_what_lies_in_it(north: Graph, region: str, supervised: set[str]) -> None:
    assert (await bounded(north, replace(BOUND, region=region))).supervised == supervised


@pytest.mark.parametrize(
    ("region", "product_class", "supervised"),
    [
        (None, "INFANT", {NORTH, SOUTH}),
        (None, "OLDER_INFANT", {NORTH}),
        (None, "MEDICAL", set()),
        ("230000", "INFANT", {NORTH}),
        ("440000", "INFANT", {SOUTH}),
        ("440000", "OLDER_INFANT", set()),
    ],
)
async def test_a_class_has_the_enterprises_that_are_registered_for_it(
    north: Graph, region: str | None, product_class: str, supervised: set[str]
) -> None:
    """With a region, those that are within both bounds; one without any class is in none."""
    bound = replace(BOUND, region=region, product_class=ProductClass(product_class))
    assert (await ask(north, bound, "{ farms { totalCount } }"))["farms"]["totalCount"] == 0, "before the graph has been asked: nothing"
    actor = await bounded(north, bound)
    assert actor.supervised == supervised
    listed = await ask(north, actor, "{ enterprises { nodes { code productClasses } totalCount } farms { totalCount } }")
    assert {one["code"] for one in listed["enterprises"]["nodes"]} == supervised
    assert listed["farms"]["totalCount"] == 3 * len(supervised)
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for code in (NORTH, NEAR, SOUTH):
        found = (await ask(north, actor, nodes, ids=[f"farm/{code}/1", f"enterprise/{code}"]))["nodes"]
        assert [one is not None for one in found] == [code in supervised] * 2


async def test_what_came_to_an_enterprise_of_a_class_is_known_as_its_receiver_knows_it(north: Graph) -> None:
    actor = await bounded(north, replace(BOUND, region=None, product_class=ProductClass.OLDER_INFANT))
    query = "query ($id: ID!) { node(id: $id) { id ... on Record { recordedBy } } }"
    assert (await ask(north, actor, query, id=CAN))["node"] == {"id": CAN, "recordedBy": None}
    assert (await ask(north, actor, query, id=ALONE))["node"] is None
    viewer = context(north, actor)
    recalled = await recall_radius(north, viewer.view, [CAN], 0, Limits())
    assert (recalled.item_count, recalled.counts_whole, [batch.node.disclosed for batch in recalled.batches]) == (1, True, [False])


async def test_records_beyond_the_border_are_not_there(north: Graph) -> None:
    actor = await bounded(north, BOUND)
    ids = [f"farm/{NORTH}/1", f"farm/{SOUTH}/1", f"enterprise/{SOUTH}", BATCH, ALONE]
    found = (await ask(north, actor, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"]
    assert [one and one["id"] for one in found] == [f"farm/{NORTH}/1", None, None, None, None]
    listed = await ask(north, actor, "{ enterprises { nodes { code } totalCount } batches { totalCount } packages { nodes { id } } }")
    assert listed["enterprises"] == {"nodes": [{"code": NORTH}, {"code": NEAR}], "totalCount": 2}
    assert (listed["batches"]["totalCount"], listed["packages"]["nodes"]) == (0, [])
    assert (await ask(north, actor, f'{{ farms(filter: {{owners: ["{SOUTH}"]}}) {{ totalCount }} }}'))["farms"]["totalCount"] == 0
    numbered = '{ farms(filter: {numbers: ["1"]}) { nodes { id } totalCount } }'
    own = [f"farm/{NORTH}/1", f"farm/{NEAR}/1"]
    assert (await ask(north, actor, numbered))["farms"] == {"nodes": [{"id": record} for record in own], "totalCount": 2}


async def test_a_search_stays_within_the_border(north: Graph) -> None:
    actor = await bounded(north, BOUND)
    for owner, found in ((NORTH, 1), (SOUTH, 0)):
        page = await ask(north, actor, "query ($text: String!) { farms(search: $text) { totalCount nodes { id } } }", text=f"1{owner}")
        assert (page["farms"]["totalCount"], len(page["farms"]["nodes"])) == (found, found)


@pytest.mark.parametrize("by", ["ID", "NAME", "RECORDED_AT"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_over_several_enterprises_are_in_order(north: Graph, by: str, direction: str) -> None:
    actor = await bounded(north, BOUND)
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await ask(north, actor, FARMS, first=2, after=after, by=by, direction=direction))["farms"]
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 6
    own = [f"farm/{code}/{n}" for code in (NORTH, NEAR) for n in range(3)]
    by_name = sorted(own, key=lambda record: (record[-1], record))
    assert seen == (by_name if by == "NAME" else sorted(own))[:: 1 if direction == "ASC" else -1]


async def test_a_page_from_its_end(north: Graph) -> None:
    scope = (await bounded(north, BOUND)).scope
    last = await records.page(north, Selection(Kind.FARM), Cut("nameOrder", False, 2, backward=True), scope)
    assert [record for _, record in last] == [f"farm/{NEAR}/1", f"farm/{NORTH}/2", f"farm/{NEAR}/2"]


async def test_what_came_to_the_region_is_known_as_its_receiver_knows_it(north: Graph) -> None:
    actor = await bounded(north, BOUND)
    query = "query ($id: ID!) { node(id: $id) { id ... on Record { recordedBy } ... on Package { batch { id } } } }"
    assert (await ask(north, actor, query, id=CAN))["node"] == {"id": CAN, "recordedBy": None, "batch": None}
    assert (await ask(north, actor, query, id=TRIP))["node"] == {"id": TRIP, "recordedBy": None}
    assert (await ask(north, actor, query, id=PLANT))["node"] == {"id": PLANT, "recordedBy": None}
    assert (await ask(north, actor, query, id=SHOP))["node"]["recordedBy"] == "sync"


async def test_a_recall_goes_on_beyond_the_border(north: Graph) -> None:
    viewer = context(north, await bounded(north, BOUND))
    back = await backward(north, viewer.view, (await seeds_of(viewer, [ID(CAN)])).ids, Limits())
    [made] = back.nodes
    assert (made.record, made.disclosed, dict(back.counts)) == (BATCH, False, {Kind.PRODUCTION_BATCH: 1})
    recalled = await recall_radius(north, viewer.view, [CAN], 0, Limits())
    assert (recalled.item_count, recalled.items, recalled.whereabouts.in_stock) == (1, [CAN], 1)
    assert recalled.counts_whole
    assert [(site.node.id, site.item_count) for site in recalled.sites] == [(SHOP, 1)]
    assert [batch.node.disclosed for batch in recalled.batches] == [False]


async def test_what_lies_beyond_cannot_be_asked_about(north: Graph) -> None:
    viewer = context(north, await bounded(north, BOUND))
    found = await forward(north, viewer.view, [BATCH], Limits())
    assert (list(found.nodes), [gap.cause for gap in found.gaps]) == ([], [GapCause.MISSING_RECORD])


async def test_regulators_of_two_regions_have_no_names_in_common(north: Graph) -> None:
    infant = replace(BOUND, product_class=ProductClass.INFANT)
    bounds = (BOUND, replace(BOUND, region="220000"), infant, replace(infant, region=None))
    assert len({context(north, actor).display(BATCH)[0] for actor in bounds}) == 4


async def test_the_access_log_of_a_region(north: Graph) -> None:
    inspector = Actor("someone", Role.REGULATOR)
    for owner in (NORTH, SOUTH, NEAR):
        await access.log(north, access.Reading(inspector, None, "why", None, frozenset({f"farm/{owner}/1"})))
    scope = (await bounded(north, BOUND)).scope
    entries = await access.entries(north, access.READINGS, scope, before=None, limit=10)
    assert ([entry["owner"] for entry in entries], await access.count(north, access.READINGS, scope)) == ([NEAR, NORTH], 2)
    [older] = await access.entries(north, access.READINGS, scope, before=entries[0]["id"], limit=10)
    assert older["owner"] == NORTH


async def test_an_enterprise_does_not_move_itself(graph: Graph) -> None:
    record = {"code": OWN, "name": "某公司", "divisionCode": "230102", "productClasses": ["INFANT", "OLDER_INFANT"]}
    [made] = await capture_enterprises(graph, PLATFORM, [record])
    assert not made.problems
    for division in ({"divisionCode": "440607"}, {"divisionCode": None}):
        [moved] = await capture_enterprises(graph, ENTERPRISE, [record | {"name": "别名"} | division])
        assert [(problem.code, problem.path) for problem in moved.problems] == [("FORBIDDEN", "records[0].divisionCode")]
    for classes in (["INFANT"], ["MEDICAL", "INFANT"], []):
        [other] = await capture_enterprises(graph, ENTERPRISE, [record | {"productClasses": classes}])
        assert [(problem.code, problem.path) for problem in other.problems] == [("FORBIDDEN", "records[0].productClasses")]
    [amended] = await capture_enterprises(graph, ENTERPRISE, [record | {"name": "别名", "productClasses": ["OLDER_INFANT", "INFANT"]}])
    for classes, code in ((["INFANT", "INFANT"], "DUPLICATE"), (["婴儿配方食品"], "NOT_LISTED")):
        [bad] = await capture_enterprises(graph, PLATFORM, [record | {"productClasses": classes}])
        assert [problem.code for problem in bad.problems] == [code]
    [wrong] = await capture_enterprises(graph, PLATFORM, [record | {"divisionCode": "23"}])
    assert (list(amended.problems), [problem.code for problem in wrong.problems]) == ([], ["MALFORMED"])
