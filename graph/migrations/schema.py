"""Constraints and indexes on either engine, for the migrations: the one place that knows how they differ.

ArcadeDB takes Neo4j's `CREATE … IF NOT EXISTS` and `SHOW …`, but builds an index in the statement that creates it,
names it after what it indexes, and knows no `db.awaitIndexes`. An index there keeps every value as text unless the property's
type is declared before it, and a range of numbers kept as texts is wrong; Neo4j Community knows no such declarations.
"""

from collections.abc import Iterable, Mapping, Sequence

from graph.engine.driver import Graph
from graph.statements import inline, statement

_CONSTRAINTS = statement("migrations/constraints")
_INDEXES = statement("migrations/indexes")
_AWAIT = inline("migrations/await_indexes", "CALL db.awaitIndexes($seconds)")
_BUILD_WITHIN_S = 3600

INTEGERS = frozenset(
    {
        "againAt",
        "arrivedAt",
        "at",
        "departedAt",
        "eventAt",
        "nextAt",
        "packedAt",
        "receivedAt",
        "recordedAt",
        "startedAt",
        "suspendedAt",
        "time",
        "until",
        "version",
    }
)
"""The properties that are whole numbers, of those that an index made here has."""

Key = tuple[str, tuple[str, ...]]
"""A label and the properties, in order."""


async def create_unique(graph: Graph, keys: Iterable[Key]) -> None:
    for label, properties in keys:
        key = ", ".join(f"n.{name}" for name in properties)
        name = _name("unique", label, properties)
        text = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE ({key}) IS UNIQUE"
        await graph.administer(inline(f"migrations/{name}", text), within=_BUILD_WITHIN_S)


async def create_indexes(graph: Graph, keys: Iterable[Key]) -> None:
    keys = tuple(keys)
    await declare(graph, {(label, name): "INTEGER" for label, properties in keys for name in properties if name in INTEGERS})
    for label, properties in keys:
        key = ", ".join(f"n.{name}" for name in properties)
        name = _name("by", label, properties)
        text = f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON ({key})"
        await graph.administer(inline(f"migrations/{name}", text), within=_BUILD_WITHIN_S)
    await await_indexes(graph)


async def declare(graph: Graph, types: Mapping[tuple[str, str], str]) -> None:
    """The type (INTEGER, STRING) of properties, by label and name, where the engine has to know it."""
    if graph.dialect == "arcadedb":
        for (label, name), kind in types.items():
            rule = _name("type", label, (name,))
            text = f"CREATE CONSTRAINT {rule} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS :: {kind}"
            await graph.administer(inline(f"migrations/{rule}", text), within=_BUILD_WITHIN_S)


async def await_indexes(graph: Graph) -> None:
    """Until every index answers."""
    if graph.dialect == "neo4j":
        await graph.administer(_AWAIT, seconds=_BUILD_WITHIN_S, within=_BUILD_WITHIN_S + 10)


async def missing_unique(graph: Graph, keys: Iterable[Key]) -> list[str]:
    rows = await graph.administer(_CONSTRAINTS)
    there = {(*row["labelsOrTypes"], tuple(row["properties"])) for row in rows if "UNIQUENESS" in row["type"]}
    return [f"the uniqueness of {_shown(key)}" for key in keys if key not in there]


async def missing_indexes(graph: Graph, keys: Iterable[Key]) -> list[str]:
    rows = await graph.administer(_INDEXES)
    there = {(*row["labelsOrTypes"], tuple(row["properties"])) for row in rows if row["properties"] and row["state"] == "ONLINE"}
    return [f"the index of {_shown(key)}" for key in keys if key not in there]


def _name(prefix: str, label: str, properties: Sequence[str]) -> str:
    return "_".join((prefix, label, *properties))


def _shown(key: Key) -> str:
    label, properties = key
    return f"{label}({', '.join(properties)})"
