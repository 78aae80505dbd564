"""Pages of every connection against a sorted list: all orders, both directions, filters, restricted viewers."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.model.identifiers import Kind
from graph.model.texts import order_text
from graph.statements import inline
from tests.component.reading import CONSUMER, ENTERPRISE, OTHER, OWN, PLATFORM, PUBLIC, REGULATOR, ask, link, properties, put, refused
from tests.engines import wipe

pytestmark = pytest.mark.anyio

Fields = dict[str, Any]
THIRD = "OWNCO"
"""Its code is the beginning of another's."""
OWNERS = (OWN, OTHER, THIRD)
NAMES = ("", "a", "Z", "奶", "奶粉", "（新）", "Ａ店", "𠮷田", "\ufffdx", "é", "z")


@dataclass(frozen=True)
class Connection:
    field: str
    prefix: str
    sorts: dict[str, str]
    """By name in the schema, the property."""


CONNECTIONS = {
    Kind.ENTERPRISE: Connection("enterprises", "Enterprise", {"NAME": "name"}),
    Kind.FARM: Connection("farms", "Farm", {"NAME": "name"}),
    Kind.MILK_DELIVERY: Connection("milkDeliveries", "MilkDelivery", {"ARRIVED_AT": "arrivedAt"}),
    Kind.INGREDIENT_LOT: Connection("ingredientLots", "IngredientLot", {"NAME": "name", "RECEIVED_AT": "receivedAt"}),
    Kind.PRODUCT: Connection("products", "Product", {"NAME": "name"}),
    Kind.PRODUCTION_BATCH: Connection("batches", "Batch", {"PRODUCTION_DATE": "productionDate", "STARTED_AT": "startedAt"}),
    Kind.PACKAGE: Connection("packages", "Package", {"PACKED_AT": "packedAt"}),
    Kind.SHIPMENT: Connection("shipments", "Shipment", {"DEPARTED_AT": "departedAt"}),
    Kind.SITE: Connection("sites", "Site", {"NAME": "name"}),
    Kind.CONSUMER_QUERY: Connection("consumerQueries", "ConsumerQuery", {"TIME": "time"}),
}
UNDIVIDED = frozenset({Kind.ENTERPRISE, Kind.PRODUCT, Kind.PACKAGE, Kind.SHIPMENT, Kind.SITE})
"""The kinds that the platform sorts and filters by everything."""
TIMES = (5, 40, 300, 999_999, 1_000_000, 1_767_225_600_000, 1_767_225_600_001)
"""Of different lengths: sorted as texts they come in another order."""


def stocked(kind: Kind, choose: random.Random) -> list[Fields]:
    """Records of three owners, many with equal sort values."""
    found: list[Fields] = []
    for owner in OWNERS:
        for number in choose.sample(range(1_000), 1 if kind is Kind.ENTERPRISE else 12):
            record = f"enterprise/{owner}" if kind is Kind.ENTERPRISE else f"{kind.value}/{owner}/{choose.choice(('N-', '批', ''))}{number}"
            fields = properties(record, recordedAt=choose.choice(TIMES))
            for name in ("arrivedAt", "receivedAt", "startedAt", "packedAt", "departedAt", "time"):
                if name in fields:
                    fields[name] = choose.choice(TIMES)
            if "name" in fields:
                fields["name"] = choose.choice(NAMES)
                fields["nameOrder"] = order_text(fields["name"])
            if kind is Kind.PRODUCTION_BATCH:
                fields |= {"productionDate": choose.choice(("2025-12-31", "2026-01-01", "2026-01-02"))}
                fields |= {"batchKind": choose.choice(("POOL", "FINISHED")), "product": f"product/{owner}/{choose.randrange(2)}"}
                fields |= choose.choice(({}, {"bestBefore": "2028-01-01"}))
            if kind is Kind.PACKAGE:
                fields |= {"level": choose.choice(("ITEM", "CASE")), "batch": f"batch/{owner}/{choose.randrange(2)}"}
            if kind is Kind.SHIPMENT and choose.random() < 0.5:
                fields["receivedAt"] = choose.choice(TIMES)
            found.append(fields)
    choose.shuffle(found)
    return found


class Stock(dict[Kind, list[Fields]]):
    def __repr__(self) -> str:
        return f"the stock of {sum(map(len, self.values()))} records"


@pytest.fixture(scope="module")
async def stock(shared_graph: Graph) -> AsyncIterator[tuple[Graph, Stock]]:
    await wipe(shared_graph)
    choose = random.Random(20260101)
    stock = Stock({kind: stocked(kind, choose) for kind in Kind})
    for records in stock.values():
        await put(shared_graph, *records)
    for kind in Kind:
        if kind is not Kind.ENTERPRISE:
            await put(shared_graph, *({"id": f"{kind.value}/{owner}/stub", "owner": owner} for owner in OWNERS))
    for kind, parent, edge in ((Kind.PRODUCTION_BATCH, "product", "MAKES"), (Kind.PACKAGE, "batch", "PACKED_INTO")):
        anchors = sorted({record[parent] for record in stock[kind]})
        there = {record["id"] for record in stock[Kind(parent)]}
        await put(shared_graph, *({"id": anchor, "owner": anchor.split("/")[1]} for anchor in anchors if anchor not in there))
        pairs = [(record["id"], record[parent]) for record in stock[kind]]
        await link(shared_graph, edge, pairs if edge == "MAKES" else [(anchor, record) for record, anchor in pairs])
    yield shared_graph, stock
    await wipe(shared_graph)


def seen_by(actor: Actor, records: list[Fields]) -> list[Fields]:
    if actor in (REGULATOR, PLATFORM):
        return records
    return [record for record in records if record["owner"] == actor.enterprise]


def ordered(records: list[Fields], sort: str, descending: bool) -> list[str]:
    keyed = sorted(((record[sort], record["id"]) for record in records), reverse=descending)
    return [record for _, record in keyed]


async def walk(graph: Graph, actor: Actor, kind: Kind, arguments: Fields, size: int, backward: bool) -> tuple[list[str], set[int]]:
    """The IDs on all pages, in order, and the totals said on the way."""
    connection = CONNECTIONS[kind]
    query = (
        f"query ($filter: {connection.prefix}Filter, $sort: {connection.prefix}Sort, $n: Int, $c: String) "
        f"{{ page: {connection.field}(filter: $filter, sort: $sort, "
        f"{'last: $n, before: $c' if backward else 'first: $n, after: $c'}) "
        "{ edges { cursor node { id } } nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    pages: list[list[str]] = []
    totals: set[int] = set()
    cursor: str | None = None
    while True:
        page = (await ask(graph, actor, query, n=size, c=cursor, **arguments))["page"]
        ids = [node["id"] for node in page["nodes"]]
        info = page["pageInfo"]
        assert [edge["node"]["id"] for edge in page["edges"]] == ids
        assert (info["startCursor"], info["endCursor"]) == (
            (page["edges"][0]["cursor"], page["edges"][-1]["cursor"]) if ids else (None, None)
        )
        assert info["hasNextPage" if backward else "hasPreviousPage"] is (cursor is not None)
        totals.add(page["totalCount"])
        pages.append(ids)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            break
        assert len(ids) == size
        cursor = info["startCursor" if backward else "endCursor"]
    if backward:
        pages.reverse()
    return [record for page in pages for record in page], totals


def instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


FILTERS: dict[Kind, list[tuple[Fields, Callable[[Fields], bool]]]] = {
    Kind.FARM: [
        ({"owners": [OTHER]}, lambda r: r["owner"] == OTHER),
        ({"owners": [OTHER, THIRD, "NOSUCH"]}, lambda r: r["owner"] in (OTHER, THIRD)),
        ({"owners": []}, lambda r: False),
        ({"numberStartsWith": "批"}, lambda r: r["number"].startswith("批")),
        ({"recordedAt": {"from": instant(300), "until": instant(1_000_000)}}, lambda r: 300 <= r["recordedAt"] < 1_000_000),
    ],
    Kind.PRODUCTION_BATCH: [
        ({"batchKinds": ["POOL"]}, lambda r: r["batchKind"] == "POOL"),
        ({"product": f"product/{OWN}/1"}, lambda r: r["product"] == f"product/{OWN}/1"),
        ({"productionDate": {"from": "2025-12-31", "to": "2026-01-01"}}, lambda r: r["productionDate"] <= "2026-01-01"),
        ({"productionDate": {"from": "2026-01-02"}}, lambda r: r["productionDate"] >= "2026-01-02"),
        ({"bestBefore": {"to": "2030-01-01"}}, lambda r: "bestBefore" in r),
        ({"startedAt": {"from": instant(40)}}, lambda r: r["startedAt"] >= 40),
        (
            {"product": f"product/{OTHER}/0", "batchKinds": ["FINISHED"], "startedAt": {"until": instant(999_999)}},
            lambda r: r["product"] == f"product/{OTHER}/0" and r["batchKind"] == "FINISHED" and r["startedAt"] < 999_999,
        ),
    ],
    Kind.PACKAGE: [
        ({"levels": ["CASE"]}, lambda r: r["level"] == "CASE"),
        ({"batch": f"batch/{OWN}/1"}, lambda r: r["batch"] == f"batch/{OWN}/1"),
        ({"codeStartsWith": f"{OWN}.N-"}, lambda r: r["owner"] == OWN and r["number"].startswith("N-")),
        ({"codeStartsWith": THIRD}, lambda r: r["owner"] == THIRD),
        ({"packedAt": {"until": instant(300)}}, lambda r: r["packedAt"] < 300),
    ],
    Kind.SHIPMENT: [({"receivedAt": {"from": instant(0)}}, lambda r: "receivedAt" in r)],
}


@dataclass(frozen=True)
class Question:
    kind: Kind
    actor: Actor
    by: str
    descending: bool
    backward: bool
    size: int
    filter: int
    """Which of FILTERS; -1 for none."""


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(list(CONNECTIONS)))
    viewers = [ENTERPRISE, REGULATOR, PLATFORM] if kind in UNDIVIDED else [ENTERPRISE, REGULATOR]
    actor = draw(st.sampled_from(viewers))
    by = draw(st.sampled_from(["ID", "RECORDED_AT", *CONNECTIONS[kind].sorts]))
    which = draw(st.integers(-1, len(FILTERS.get(kind, [])) - 1))
    return Question(kind, actor, by, draw(st.booleans()), draw(st.booleans()), draw(st.integers(1, 9)), which)


# All is drawn before the test begins: what hypothesis raises to end an example early must not pass through the event loop.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(asked=questions())
async def test_every_page_of_every_order(stock: tuple[Graph, Stock], asked: Question) -> None:
    graph, records = stock
    sort = ({"ID": "id", "RECORDED_AT": "recordedAt"} | CONNECTIONS[asked.kind].sorts)[asked.by]
    wanted, holds = FILTERS[asked.kind][asked.filter] if asked.filter >= 0 else (None, lambda _: True)
    arguments = {"filter": wanted, "sort": {"by": asked.by, "direction": "DESC" if asked.descending else "ASC"}}
    found, totals = await walk(graph, asked.actor, asked.kind, arguments, asked.size, asked.backward)
    meant = [record for record in seen_by(asked.actor, records[asked.kind]) if holds(record)]
    assert found == ordered(meant, sort, asked.descending)
    assert totals == {len(meant)}


@pytest.mark.parametrize("backward", [False, True])
async def test_between_two_cursors(stock: tuple[Graph, Stock], backward: bool) -> None:
    graph, records = stock
    kind = Kind.PRODUCTION_BATCH
    expected = ordered(records[kind], "startedAt", True)
    query = """query ($n: Int, $a: String, $b: String, $last: Int) {
        batches(sort: {by: STARTED_AT, direction: DESC}, first: $n, last: $last, after: $a, before: $b) {
            edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }"""
    edges = (await ask(graph, REGULATOR, query, n=100))["batches"]["edges"]
    assert [edge["node"]["id"] for edge in edges] == expected
    for low, high in ((0, 10), (3, 5), (7, 8), (0, len(edges) - 1)):
        size = {"last": 4} if backward else {"n": 4}
        page = (await ask(graph, REGULATOR, query, a=edges[low]["cursor"], b=edges[high]["cursor"], **size))["batches"]
        inside = expected[low + 1 : high]
        assert [edge["node"]["id"] for edge in page["edges"]] == (inside[-4:] if backward else inside[:4])
        # the two cursors' own records lie outside the page
        assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}


async def test_by_number_and_by_code(stock: tuple[Graph, Stock]) -> None:
    graph, records = stock
    farms, packages = records[Kind.FARM], records[Kind.PACKAGE]
    own = [farm for farm in farms if farm["owner"] == OWN][:2]
    others = [farm for farm in farms if farm["owner"] == OTHER][:1]
    query = """query ($numbers: [String!], $owners: [String!]) {
        farms(filter: {numbers: $numbers, owners: $owners}) { nodes { id } totalCount } }"""
    numbers = [farm["number"] for farm in (*own, *others)] + ["nope"]
    for actor, owners in ((ENTERPRISE, None), (REGULATOR, None), (REGULATOR, [OTHER]), (ENTERPRISE, [OTHER])):
        expected = [farm["id"] for farm in seen_by(actor, farms) if farm["number"] in numbers and (not owners or farm["owner"] in owners)]
        page = (await ask(graph, actor, query, numbers=numbers, owners=owners))["farms"]
        assert [node["id"] for node in page["nodes"]] == sorted(expected)
        assert page["totalCount"] == len(expected)
    code = "query ($codes: [String!]) { packages(filter: {codes: $codes}) { nodes { code } totalCount } }"
    codes = [f"{package['owner']}.{package['number']}" for package in packages[:6]]
    for actor in (ENTERPRISE, REGULATOR):
        seen = [f"{package['owner']}.{package['number']}" for package in seen_by(actor, packages[:6])]
        page = (await ask(graph, actor, code, codes=codes))["packages"]
        assert sorted(node["code"] for node in page["nodes"]) == sorted(seen)
        assert page["totalCount"] == len(seen)
    assert (await refused(graph, ENTERPRISE, code, codes=["\x00"]))[0] == "BAD_USER_INPUT"


async def test_an_empty_page_and_a_page_of_none(stock: tuple[Graph, Stock]) -> None:
    graph, _ = stock
    query = "query ($n: Int) { farms(first: $n) { nodes { id } totalCount pageInfo { hasNextPage startCursor endCursor } } }"
    page = (await ask(graph, ENTERPRISE, query, n=0))["farms"]
    assert page == {"nodes": [], "totalCount": 12, "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None}}


REFUSED = [
    ("farms(first: 501) { totalCount }", "PAGE_TOO_LARGE", "found first: 501; right is at most 500"),
    ("farms(last: 501) { totalCount }", "PAGE_TOO_LARGE", "found last: 501; right is at most 500"),
    ("farms(first: -1) { totalCount }", "BAD_USER_INPUT", "found first: -1; right is 0 or more"),
    ("farms(first: 1, last: 1) { totalCount }", "BAD_USER_INPUT", "found both first and last; right is one of them"),
    ('farms(after: "nonsense") { totalCount }', "BAD_CURSOR", "found what is no cursor; right is a cursor of an earlier page"),
    ('farms(after: "") { totalCount }', "BAD_CURSOR", "found what is no cursor"),
    ('farms(before: "WzIsImlkIiwiYSIsImEiXQ") { totalCount }', "BAD_CURSOR", "found what is no cursor of this release"),
    ('farms(after: "WzEsIm5hbWVPcmRlciIsImEiLCJmYXJtL0EvMSJd") { totalCount }', "BAD_CURSOR", "found a cursor of another order"),
    ('farms(after: "WzEsImlkIiw3LCJmYXJtL0EvMSJd") { totalCount }', "BAD_CURSOR", "found what is no cursor"),
    ('farms(after: "WzEsImlkIiwic2l0ZS9BLzEiLCJzaXRlL0EvMSJd") { totalCount }', "BAD_CURSOR", "found a cursor of another connection"),
    (
        'milkDeliveries(filter: {farm: "x"}) { totalCount }',
        "MALFORMED_ID",
        "filter.farm: found 'x'; right is farm/<enterprise code>/<number>",
    ),
    (
        'milkDeliveries(filter: {farm: "site/OWNCO1/1"}) { totalCount }',
        "BAD_USER_INPUT",
        "filter.farm: found site/OWNCO1/1; right is an ID of the form farm/…",
    ),
    (
        'batches(filter: {productionDate: {from: "2026-13-01"}}) { totalCount }',
        "BAD_USER_INPUT",
        "filter.productionDate.from: found '2026-13-01'",
    ),
    ('batches(filter: {startedAt: {until: "2026-01-01T00:00:00"}}) { totalCount }', "BAD_USER_INPUT", "filter.startedAt.until: found"),
]


@pytest.mark.parametrize(("field", "code", "message"), REFUSED)
async def test_arguments_that_make_no_sense(graph: Graph, field: str, code: str, message: str) -> None:
    found = await refused(graph, ENTERPRISE, f"{{ {field} }}")
    assert found[0] == code
    assert found[1].startswith(message)


@pytest.mark.parametrize("kind", CONNECTIONS)
async def test_who_may_list_nothing_is_told_so(graph: Graph, kind: Kind) -> None:
    await put(graph, properties(f"enterprise/{OWN}" if kind is Kind.ENTERPRISE else f"{kind.value}/{OWN}/1"))
    query = f"{{ {CONNECTIONS[kind].field} {{ totalCount }} }}"
    assert (await refused(graph, PUBLIC, query))[0] == "UNAUTHENTICATED"
    assert (await refused(graph, CONSUMER, query))[0] == "FORBIDDEN"
    assert await ask(graph, PLATFORM, query) == {CONNECTIONS[kind].field: {"totalCount": 1}}


async def test_more_records_than_one_page_of_an_index(graph: Graph) -> None:
    """Put in against their order: what an engine gives first is not what comes first."""
    numbers = list(range(3_000))
    random.Random(7).shuffle(numbers)
    make = inline("tests/many", "UNWIND $rows AS row CREATE (n:Package) SET n += row")
    rows = [properties(f"package/{OWN}/{number:05}", packedAt=number * 7 % 1_000) for number in numbers]
    for start in range(0, len(rows), 1_000):
        await graph.administer(make, rows=rows[start : start + 1_000])
    for sort, name in (("ID", "id"), ("PACKED_AT", "packedAt")):
        for actor in (ENTERPRISE, REGULATOR):
            arguments = {"filter": None, "sort": {"by": sort}}
            found, totals = await walk(graph, actor, Kind.PACKAGE, arguments, 499, backward=False)
            assert found == ordered(rows, name, descending=False)
            assert totals == {3_000}


async def test_a_cursor_of_another_connection_within_a_record(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OWN}/F1"))
    found = await refused(
        graph, ENTERPRISE, '{ farms { nodes { deliveries(after: "WzEsImlkIiwic2l0ZS9BLzEiLCJzaXRlL0EvMSJd") { totalCount } } } }'
    )
    assert found[0] == "BAD_CURSOR"
    assert found[1].startswith("found a cursor of another connection")
