"""What reading costs: as many statements for a list of a hundred as for a list of one, none for what may not be read,
and on Neo4j never a scan over a label."""

import json
from typing import Any

import pytest

from graph.engine.driver import Graph, observed
from graph.model.identifiers import Kind
from graph.statements import Statement, all_statements, inline
from tests.component.reading import CONSUMER, ENTERPRISE, OTHER, OWN, PUBLIC, REGULATOR, ask, link, properties, put

pytestmark = pytest.mark.anyio

READ = ("records/", *(f"{noun}/" for noun in ("enterprise", "farm", "milk_delivery", "ingredient_lot", "product")))
READ += tuple(f"{noun}/" for noun in ("batch", "package", "shipment", "site", "consumer_query"))


async def stocked(graph: Graph, batches: int) -> None:
    """Batches, each with a product, three inputs of three kinds and four packages in a case that was shipped."""
    for owner in (OWN, OTHER):
        records: list[dict[str, Any]] = [properties(f"batch/{owner}/base"), properties(f"shipment/{owner}/S")]
        packed: list[tuple[str, str]] = []
        held: list[tuple[str, str]] = []
        for n in range(batches):
            batch, case = f"batch/{owner}/{n:04}", f"package/{owner}/{n:04}"
            uses = [f"milk/{owner}/{n}", f"lot/{owner}/{n}", f"batch/{owner}/base"]
            inputs = [json.dumps({"source": use, "quantityKg": "1", "at": 1, "rework": False}) for use in uses]
            records += [properties(batch, product=f"product/{owner}/{n}", inputs=inputs), properties(f"product/{owner}/{n}")]
            records += [
                properties(f"milk/{owner}/{n}", farm=f"farm/{owner}/{n}"),
                properties(f"farm/{owner}/{n}"),
                properties(f"lot/{owner}/{n}"),
            ]
            records += [properties(case, level="CASE"), *(properties(f"{case}-{k}", batch=batch) for k in range(4))]
            packed += [(batch, f"{case}-{k}") for k in range(4)]
            held += [(case, f"{case}-{k}") for k in range(4)]
        await put(graph, *records)
        await link(graph, "PACKED_INTO", packed, at=1)
        await link(graph, "CONTAINS", held, **{"from": 0, "until": 253_402_300_799_999})
        await link(graph, "SHIPPED_IN", [(case, f"shipment/{owner}/S") for case, _ in held[::4]], at=1)


QUERY = """query ($n: Int) {
    batches(first: $n) { totalCount nodes {
        number product { name }
        inputs { quantityKg source { id record { id ... on MilkDelivery { farm { name } } ... on IngredientLot { name } } } }
        packages(first: 2) { totalCount nodes { code parent { code shipments { nodes { number } } children { totalCount } } } }
        history { version }
    } } }"""


async def cost(graph: Graph, n: int) -> tuple[dict[str, Any], list[Statement]]:
    with observed() as seen:
        data = await ask(graph, ENTERPRISE, QUERY, n=n)
    return data["batches"], seen


async def test_a_hundred_cost_as_many_statements_as_one(graph: Graph) -> None:
    await stocked(graph, 101)
    one, few = await cost(graph, 1)
    hundred, many = await cost(graph, 100)
    assert len(one["nodes"]) == 1
    assert len(hundred["nodes"]) == 100
    assert one["totalCount"] == hundred["totalCount"] == 102
    assert all(len(batch["packages"]["nodes"]) == 2 and batch["packages"]["totalCount"] == 4 for batch in hundred["nodes"])
    assert all(use["source"]["record"] for batch in hundred["nodes"] for use in batch["inputs"])
    assert all(package["parent"]["children"]["totalCount"] == 4 for package in hundred["nodes"][50]["packages"]["nodes"])
    assert sorted(map(str, many)) == sorted(map(str, few))
    assert len(many) <= 22


async def test_a_total_is_counted_only_when_asked_for(graph: Graph) -> None:
    await stocked(graph, 2)
    with observed() as seen:
        await ask(graph, ENTERPRISE, "{ batches { nodes { id packages { nodes { id } } } } }")
    assert not [statement for statement in seen if "count" in statement.name]


async def test_what_may_not_be_read_costs_no_statement(graph: Graph) -> None:
    await put(graph, properties(f"farm/{OTHER}/1"))
    for actor in (PUBLIC, CONSUMER, ENTERPRISE):
        with observed() as seen:
            assert await ask(graph, actor, f'{{ node(id: "farm/{OTHER}/1") {{ id }} }}') == {"node": None}
        assert seen == []
    with observed() as seen:
        data = await ask(graph, ENTERPRISE, f'{{ farms(filter: {{owners: ["{OTHER}"]}}) {{ nodes {{ id }} totalCount }} }}')
    assert data == {"farms": {"nodes": [], "totalCount": 0}}
    assert seen == []


async def test_nodes_are_read_once_a_kind(graph: Graph) -> None:
    ids = [f"{kind.value}/{OWN}/{n}" for kind in (Kind.FARM, Kind.SITE, Kind.PACKAGE) for n in range(20)]
    await put(graph, *map(properties, ids))
    with observed() as seen:
        data = await ask(graph, REGULATOR, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in data["nodes"]] == ids
    assert len(seen) == 3


async def test_neo4j_scans_no_label(neo4j_graph: Graph) -> None:
    # statistics decide between plans, and in a small graph a scan is cheap
    for kind in Kind:
        owners = [f"E{n:04}" for n in range(2_000 if kind is Kind.ENTERPRISE else 10)]
        numbered = [f"enterprise/{owner}" for owner in owners]
        if kind is not Kind.ENTERPRISE:
            numbered = [f"{kind.value}/{owner}/{n}" for owner in owners for n in range(200)]
        await put(neo4j_graph, *map(properties, numbered))
    await stocked(neo4j_graph, 20)
    await neo4j_graph.administer(RESAMPLE)
    checked = 0
    for read in all_statements():
        if not read.name.startswith(READ) or read.name == "records/search":
            continue
        operators = await plan(neo4j_graph, read)
        assert not {name for name in operators if "Scan" in name}, (read.name, operators)
        checked += 1
    assert checked > 150


RESAMPLE = inline("tests/resample", "CALL db.resampleOutdatedIndexes()")


async def plan(graph: Graph, read: Statement) -> list[str]:
    """The operators that Neo4j would run."""
    given: dict[str, Any] = dict.fromkeys(read.parameters) | {"limit": 51, "at": 0}
    given |= {"ids": ["batch/OWNCO1/0001"] * 10, "among": [], "between": [], "starting": []}
    given["scope"] = {"all": True, "enterprise": ""}
    given = {name: value for name, value in given.items() if name in read.parameters}
    async with graph._driver.session(database=graph.database) as session:  # pyright: ignore[reportPrivateUsage]
        result = await session.run(f"EXPLAIN {read.text}", given)  # pyright: ignore[reportArgumentType]
        found = (await result.consume()).plan
    names: list[str] = []

    def walk(operator: Any) -> None:
        names.append(operator["operatorType"].split("@")[0])
        for child in operator.get("children", []):
            walk(child)

    walk(found)
    return names


async def test_arcadedb_keeps_numbers_as_numbers(graph: Graph) -> None:
    """Its indexes hold texts unless told otherwise, and 40 comes after 300 among texts."""
    await put(graph, *(properties(f"package/{OWN}/{n}", packedAt=n) for n in (5, 40, 300)))
    read = inline("tests/range", "MATCH (n:Package) WHERE n.packedAt >= 40 AND n.packedAt < 1000 RETURN n.packedAt AS at ORDER BY at")
    assert [row["at"] for row in await graph.read(read, None)] == [40, 300]
