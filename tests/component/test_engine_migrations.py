"""Migrations on both engines: applied once, checked, safe when two processes start at once."""

import asyncio

import pytest

from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.migrations import MigrationFailed, applied, migrate, migrations, missing
from graph.migrations.m0001_unique_names import UNIQUE
from graph.migrations.schema import create_unique, missing_unique
from graph.statements import inline

FORGET = inline("tests/forget", "MATCH (m:Migration) DELETE m")
NUMBERS = inline("tests/numbers", "MATCH (m:Migration) RETURN m.number AS number ORDER BY number")
LATER = inline("tests/later", "CREATE (:Migration {number: 9999, name: 'from the future', appliedAt: 0})")
UNLATER = inline("tests/unlater", "MATCH (m:Migration {number: 9999}) DELETE m")
DROP = inline("tests/drop", "DROP CONSTRAINT unique_Sale_id IF EXISTS")


async def test_migrated_once_and_holding(graph: Graph) -> None:
    assert list(await applied(graph)) == [migration.number for migration in migrations()]
    assert await migrate(graph) == []
    assert await missing(graph) == []


async def test_two_processes_at_once(graph: Graph) -> None:
    await graph.administer(FORGET)
    both = await asyncio.gather(migrate(graph), migrate(graph))
    every = [str(migration) for migration in migrations()]
    assert sorted({name for names in both for name in names}) == every
    rows = await graph.read(NUMBERS, None)
    assert [row["number"] for row in rows] == [migration.number for migration in migrations()]


async def test_a_missing_constraint_is_named(graph: Graph) -> None:
    await graph.administer(DROP)
    try:
        assert await missing_unique(graph, UNIQUE) == ["the uniqueness of Sale(id)"]
        assert (await missing(graph))[0] == "0001 unique names: the uniqueness of Sale(id)"
    finally:
        await create_unique(graph, UNIQUE)
    assert await missing(graph) == []


@pytest.mark.parametrize(("label", "properties"), UNIQUE)
async def test_a_second_node_of_one_name_is_refused(graph: Graph, label: str, properties: tuple[str, ...]) -> None:
    value = 7777 if label == "Migration" else "x"
    make = inline("tests/make", f"CREATE (n:{label} {{{properties[0]}: $value}})")
    remove = inline("tests/remove", f"MATCH (n:{label} {{{properties[0]}: $value}}) DELETE n")
    await graph.administer(make, value=value)
    try:
        with pytest.raises(EngineError):
            await graph.administer(make, value=value)
    finally:
        await graph.administer(remove, value=value)


async def test_a_graph_of_a_later_release_is_refused(graph: Graph) -> None:
    await graph.administer(LATER)
    try:
        with pytest.raises(MigrationFailed, match="migrated by a later release: it has 9999 from the future"):
            await migrate(graph)
    finally:
        await graph.administer(UNLATER)
