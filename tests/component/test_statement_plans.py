"""No statement reads more of the graph than its answer needs: Neo4j's plan of each of them, without scans."""

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graph.engine.driver import Graph
from graph.migrations import migrate
from graph.statements import Statement, all_statements
from tests.engines import Server

SCANS = (
    "NodeByLabelScan",
    "AllNodesScan",
    "UnionNodeByLabelsScan",
    "IntersectionNodeByLabelsScan",
    "RelationshipTypeScan",
    "AllRelationshipsScan",
)

ALLOWED: dict[str, str] = {
    "migrations/applied": "there are a handful of migrations",
    "migrations/event_clocks": "all events are looked at, once",
}
"""Statement, without its variant, -> why a scan is right there."""

STATEMENTS = [one for one in all_statements() if not one.text.upper().startswith("SHOW ")]


def scans(plan: dict[str, Any]) -> Iterator[str]:
    operator = str(plan["operatorType"]).partition("@")[0]
    # UndirectedRelationshipTypeScan, DirectedAllRelationshipsScan, PartitionedNodeByLabelScan, …
    if operator.endswith(SCANS):
        yield operator
    for child in plan.get("children", ()):
        yield from scans(child)


@pytest.fixture(scope="module")
async def planned(neo4j_server: Server) -> dict[str, dict[str, Any]]:
    """The plan of every statement, by its name. Neo4j plans without parameters' values."""
    async with neo4j_server.graph() as graph:
        await migrate(graph)
    plans: dict[str, dict[str, Any]] = {}
    auth = (neo4j_server.user, neo4j_server.password)
    async with (
        neo4j.AsyncGraphDatabase.driver(neo4j_server.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(database=neo4j_server.database) as session,
    ):
        for one in STATEMENTS:
            result = await session.run("EXPLAIN " + one.text, dict.fromkeys(one.parameters))
            plan = (await result.consume()).plan
            assert plan is not None
            plans[one.name] = plan
    return plans


@pytest.mark.parametrize("one", STATEMENTS, ids=str)
async def test_no_scan(planned: dict[str, dict[str, Any]], one: Statement) -> None:
    found = sorted(set(scans(planned[one.name])))
    if one.name.partition("[")[0] in ALLOWED:
        assert found, f"{one.name} scans nothing: take it off the list"
    else:
        assert found == []


def test_the_list_names_statements_that_there_are() -> None:
    assert ALLOWED.keys() <= {one.name.partition("[")[0] for one in STATEMENTS}


async def test_a_scan_is_seen(neo4j_graph: Graph, neo4j_server: Server) -> None:
    auth = (neo4j_server.user, neo4j_server.password)
    async with (
        neo4j.AsyncGraphDatabase.driver(neo4j_server.uri, auth=auth) as driver,
        driver.session(database=neo4j_server.database) as session,
    ):
        for text in (
            "MATCH (n:Farm) RETURN n.colour",
            "MATCH (n) RETURN n",
            "MATCH ()-[r:CONTAINS]->() RETURN r",
            "MATCH ()-[r]-() RETURN r",
        ):
            plan = (await (await session.run("EXPLAIN " + text)).consume()).plan  # pyright: ignore[reportArgumentType]
            assert plan is not None
            assert list(scans(plan)), text
