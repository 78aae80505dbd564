"""For the tests of the read path: records put straight into the graph, and a schema of the read fields alone."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.context import Context
from api.errors import ApiError
from api.resolvers.loaders import Loaders
from api.resolvers.records import RecordQueries
from api.schema.interfaces import RECORD_TYPES
from api.schema.scalars import SCALARS
from api.settings import Settings
from auth.actor import Actor, Duty, Role
from auth.hidden import HiddenNames
from graph.engine.driver import Graph
from graph.model.identifiers import kind_of, owner_of
from graph.model.texts import order_text
from graph.statements import inline

OWN, OTHER = "OWNCO1", "OTHER2"
ENTERPRISE = Actor("someone", Role.ENTERPRISE, OWN, frozenset(Duty))
REGULATOR = Actor("inspector", Role.REGULATOR)
PLATFORM = Actor("registrar", Role.PLATFORM)
CONSUMER = Actor("parent", Role.CONSUMER)
PUBLIC = Actor.ANONYMOUS

MINIMAL: dict[str, dict[str, Any]] = {
    "enterprise": {"name": "某公司"},
    "farm": {"name": "某牧场", "address": "某省某市"},
    "milk": {"farm": f"farm/{OWN}/F1", "quantityKg": "1000", "arrivedAt": 1_000},
    "lot": {"name": "乳清粉", "quantityKg": "25", "receivedAt": 1_000},
    "product": {"name": "某奶粉", "netContentGrams": "400"},
    "batch": {"batchKind": "FINISHED", "productionDate": "2026-01-01", "startedAt": 1_000, "endedAt": 2_000},
    "package": {"level": "ITEM", "packedAt": 1_000},
    "shipment": {"departedAt": 1_000, "origin": f"site/{OWN}/S1", "destination": f"site/{OWN}/S2", "packages": []},
    "site": {"siteKind": "STORE", "name": "某店"},
    "query": {"code": f"{OWN}.P1", "time": 1_000, "verdict": "AUTHENTIC", "count": 1},
}


@strawberry.type
class Query(RecordQueries):
    pass


SCHEMA = strawberry.Schema(query=Query, types=list(RECORD_TYPES.values()), config=StrawberryConfig(scalar_map=SCALARS))


def properties(record: str, **fields: Any) -> dict[str, Any]:
    """Of a stored record: what is mandatory, changed and completed by fields."""
    kind, number = record.partition("/")[0], record.rpartition("/")[2]
    named = {"code": number} if kind in ("enterprise", "product") else {"number": number}
    common = {
        "id": record,
        "owner": owner_of(record),
        "version": 1,
        "digest": "d",
        "recordedAt": 5_000,
        "recordedBy": "sync",
        "auditId": "a",
    }
    # another's shipment between its own sites: one to a site of the viewer's would be a neighbour's
    ends = {end: f"site/{owner_of(record)}/S{n}" for n, end in enumerate(("origin", "destination"), 1)} if kind == "shipment" else {}
    content = named | MINIMAL[kind] | ends | fields
    ordered = {"nameOrder": order_text(content["name"])} if "name" in content else {}
    return common | content | ordered


async def put(graph: Graph, *records: Mapping[str, Any]) -> None:
    """Nodes of these properties, each with its `id`."""
    by_label: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        by_label.setdefault(kind_of(record["id"]).label, []).append(record)
    for label, rows in by_label.items():
        await graph.administer(inline("tests/put", f"UNWIND $rows AS row CREATE (n:{label}) SET n += row"), rows=rows)


async def link(graph: Graph, edge: str, pairs: Iterable[tuple[str, str]], **about: Any) -> None:
    """Edges between records that are there."""
    by_labels: dict[tuple[str, str], list[list[str]]] = {}
    for source, target in pairs:
        by_labels.setdefault((kind_of(source).label, kind_of(target).label), []).append([source, target])
    for (source, target), rows in by_labels.items():
        both = f"UNWIND $rows AS row MATCH (a:{source} {{id: row[0]}}) MATCH (b:{target} {{id: row[1]}})"
        text = f"{both} CREATE (a)-[e:{edge}]->(b) SET e += $about"
        await graph.administer(inline("tests/link", text), rows=rows, about=about)


def context(graph: Graph, actor: Actor) -> Context:
    nothing = cast(Any, None)
    return Context(actor, graph, Settings.model_validate({}), HiddenNames(b"k" * 32), Loaders(graph, actor), nothing, nothing, nothing)


async def ask(graph: Graph, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
    """The data of an operation that has no errors."""
    result = await SCHEMA.execute(query, variables, context_value=context(graph, actor))
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


async def refused(graph: Graph, actor: Actor, query: str, **variables: Any) -> tuple[str, str]:
    """Code and message of the first error of an operation."""
    result = await SCHEMA.execute(query, variables, context_value=context(graph, actor))
    assert result.errors, result.data
    error = result.errors[0].original_error
    assert isinstance(error, ApiError), result.errors
    return error.code.value, error.message
