"""Full-text search: the same answers on both engines, Chinese included, nothing of others, and no query language."""

import pytest

from graph.engine.driver import Graph
from graph.model.identifiers import Kind
from graph.search import words_of
from graph.statements import inline
from tests.component.reading import ENTERPRISE, OTHER, OWN, REGULATOR, ask, properties, put, refused

pytestmark = pytest.mark.anyio

SITES = {
    "B2013-010234": {"name": "某企业金装较大婴儿配方奶粉", "address": "某省某市某路"},
    "GV.001_x": {"name": "Green Valley Store", "address": "12 Main Street"},
    "批2013-010234": {"name": "婴儿配方"},
    "N1": {"name": "奶", "address": "北京市海淀区中关村"},
    "S-2": {"name": "The store of tea", "address": "Ｆｕｌｌ width １２３"},
    "X": {"name": "北京 Store", "address": "and"},
    "Y": {"name": "乳业ABC公司", "address": "配方婴儿"},
    "Z": {"name": "Zürich Molkerei", "address": 'a "quoted" \\ name'},
}
FOUND = {
    "婴儿": {"B2013-010234", "批2013-010234", "Y"},
    "婴儿配方": {"B2013-010234", "批2013-010234"},
    "婴儿 配方": {"B2013-010234", "批2013-010234", "Y"},
    "配方奶粉": {"B2013-010234"},
    "奶": {"B2013-010234", "N1"},
    "海淀": {"N1"},
    "store": {"GV.001_x", "S-2", "X"},
    "STO": {"GV.001_x", "S-2", "X"},
    "北京 store": {"X"},
    "the store": {"GV.001_x", "S-2", "X"},
    "valley street": {"GV.001_x"},
    "gv.001_x": {"GV.001_x"},
    "批2013-010234": {"批2013-010234"},
    "2013-010234": {"批2013-010234"},
    "010234": {"B2013-010234", "批2013-010234"},
    "abc": {"Y"},
    "ABC公司": {"Y"},
    "full": {"S-2"},
    "１２３": {"S-2"},
    "zürich": {"Z"},
    '"quoted"': {"Z"},
    "store AND valley": {"GV.001_x"},
    "store NOT valley": {"GV.001_x"},
    "nothing": set[str](),
    "the": set[str](),
    "": set(SITES),
    "   ": set(SITES),
    "***": set[str](),
    "name:store": set[str](),
    "st*re": set[str](),
    "store~": {"GV.001_x", "S-2", "X"},
    'store" OR "valley': {"GV.001_x"},
    "\\": set[str](),
    "(store": {"GV.001_x", "S-2", "X"},
    "[a TO z]": {"Z"},
    "store^5 +valley -street": set[str](),
    "(store +valley -street": {"GV.001_x"},
}
"""By search, the numbers of the sites found."""
SEARCH = "query ($text: String) { sites(search: $text) { nodes { number } totalCount } }"


async def stocked(graph: Graph) -> None:
    for owner in (OWN, OTHER):
        await put(graph, *(properties(f"site/{owner}/{number}", **fields) for number, fields in SITES.items()))
    await put(graph, {"id": f"site/{OWN}/stub", "owner": OWN, "name": "婴儿 store"})


async def test_what_is_found(graph: Graph) -> None:
    await stocked(graph)
    wrong: dict[str, set[str]] = {}
    for text, expected in FOUND.items():
        page = (await ask(graph, ENTERPRISE, SEARCH, text=text))["sites"]
        found = {node["number"] for node in page["nodes"]}
        assert page["totalCount"] == len(page["nodes"])
        if found != expected:
            wrong[text] = found
    assert wrong == {}


async def test_nothing_of_others(graph: Graph) -> None:
    await stocked(graph)
    query = "query ($text: String) { sites(search: $text) { nodes { owner } totalCount } }"
    own = (await ask(graph, ENTERPRISE, query, text="婴儿"))["sites"]
    assert own == {"nodes": [{"owner": OWN}] * 3, "totalCount": 3}
    assert (await ask(graph, REGULATOR, query, text="婴儿"))["sites"]["totalCount"] == 6
    narrowed = 'query ($text: String) { sites(search: $text, filter: {owners: ["OTHER2"]}) { nodes { owner } totalCount } }'
    assert (await ask(graph, REGULATOR, narrowed, text="婴儿"))["sites"] == {"nodes": [{"owner": OTHER}] * 3, "totalCount": 3}
    assert (await ask(graph, ENTERPRISE, narrowed, text="婴儿"))["sites"] == {"nodes": [], "totalCount": 0}


async def test_sorted_paged_and_filtered(graph: Graph) -> None:
    await stocked(graph)
    query = """query ($after: String, $before: String, $first: Int, $last: Int) {
        sites(search: "store", sort: {by: NAME, direction: DESC}, first: $first, last: $last, after: $after, before: $before) {
            edges { cursor node { name } } totalCount pageInfo { hasNextPage hasPreviousPage } } }"""
    names = ["北京 Store", "The store of tea", "Green Valley Store"]
    first = (await ask(graph, ENTERPRISE, query, first=2))["sites"]
    assert [edge["node"]["name"] for edge in first["edges"]] == names[:2]
    assert first["totalCount"] == 3
    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    second = (await ask(graph, ENTERPRISE, query, first=2, after=first["edges"][-1]["cursor"]))["sites"]
    assert [edge["node"]["name"] for edge in second["edges"]] == names[2:]
    assert second["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    back = (await ask(graph, ENTERPRISE, query, last=1, before=second["edges"][0]["cursor"]))["sites"]
    assert [edge["node"]["name"] for edge in back["edges"]] == names[1:2]
    by_number = '{ sites(search: "store", filter: {numbers: ["X", "N1"]}) { nodes { number } totalCount } }'
    assert await ask(graph, ENTERPRISE, by_number) == {"sites": {"nodes": [{"number": "X"}], "totalCount": 1}}


CHANGE = inline("tests/rename", "MATCH (n:Site {id: $id}) SET n.name = $name")
DROP = inline("tests/gone", "MATCH (n:Site {id: $id}) DETACH DELETE n")


async def test_a_change_is_found_at_once(graph: Graph) -> None:
    await stocked(graph)
    await graph.administer(CHANGE, id=f"site/{OWN}/N1", name="乳酪工坊")
    await graph.administer(DROP, id=f"site/{OWN}/X")
    for text, expected in (("乳酪", {"N1"}), ("store", {"GV.001_x", "S-2"}), ("海淀", {"N1"})):
        page = (await ask(graph, ENTERPRISE, SEARCH, text=text))["sites"]
        assert {node["number"] for node in page["nodes"]} == expected


@pytest.mark.parametrize(
    ("kind", "field", "fields"),
    [
        (Kind.ENTERPRISE, "enterprises", {"address": "海淀区"}),
        (Kind.FARM, "farms", {"address": "海淀区"}),
        (Kind.MILK_DELIVERY, "milkDeliveries", {"milkSourceOrigin": "海淀区"}),
        (Kind.INGREDIENT_LOT, "ingredientLots", {"placeOfOrigin": "海淀区"}),
        (Kind.PRODUCT, "products", {"ingredientList": "脱脂奶粉、海淀乳清粉"}),
        (Kind.PRODUCTION_BATCH, "batches", {"placeOfProduction": "海淀区"}),
        (Kind.SITE, "sites", {"address": "海淀区"}),
        (Kind.SHIPMENT, "shipments", {"number": "海淀1"}),
    ],
)
async def test_every_kind_with_texts(graph: Graph, kind: Kind, field: str, fields: dict[str, str]) -> None:
    own, other = (f"enterprise/{owner}" if kind is Kind.ENTERPRISE else f"{kind.value}/{owner}/1" for owner in (OWN, OTHER))
    await put(graph, properties(own, **fields), properties(other, **fields))
    data = await ask(graph, ENTERPRISE, f'{{ {field}(search: "海淀") {{ nodes {{ id }} totalCount }} }}')
    assert data == {field: {"nodes": [{"id": own}], "totalCount": 1}}


async def test_a_search_too_long(graph: Graph) -> None:
    code, message = await refused(graph, ENTERPRISE, SEARCH, text="奶" * 201)
    assert (code, message) == ("BAD_USER_INPUT", "search: found 201 characters; right is at most 200")


def test_words_are_quoted() -> None:
    assert words_of('Store "a\\b:c" 奶 婴儿 GV.001_x') == '+store* +"a b c" +奶* +"婴儿" +"gv.001_x"'
    assert words_of("the and") is None
