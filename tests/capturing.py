"""Small valid records, actors and questions for the tests of what records."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from auth.actor import Actor, Duty, Role
from graph import capture
from graph.capture import Outcome, Status
from graph.engine.driver import Graph
from graph.model.records.base import digest_of
from graph.statements import inline

MAKER = Actor("sync@maker", Role.ENTERPRISE, "MAKER1", frozenset(Duty))
CARRIER = Actor("sync@carrier", Role.ENTERPRISE, "CARRY1", frozenset(Duty))
STRANGER = Actor("sync@stranger", Role.ENTERPRISE, "OTHER1", frozenset(Duty))
PLATFORM = Actor("admin@platform", Role.PLATFORM)
REGULATOR = Actor("inspector@regulator", Role.REGULATOR)
CONSUMER = Actor("someone", Role.CONSUMER)

CAPTURES: dict[str, Callable[..., Awaitable[list[Outcome]]]] = {
    "recordEnterprises": capture.capture_enterprises,
    "recordFarms": capture.capture_farms,
    "recordMilkDeliveries": capture.capture_milk_deliveries,
    "recordIngredientLots": capture.capture_ingredient_lots,
    "recordProducts": capture.capture_products,
    "recordBatches": capture.capture_batches,
    "recordSites": capture.capture_sites,
    "commissionPackages": capture.capture_packages,
    "aggregatePackages": capture.capture_aggregations,
    "dispatchShipments": capture.capture_shipments,
    "receiveShipments": capture.capture_receipts,
    "recordSales": capture.capture_sales,
    "recordFormulas": capture.capture_formulas,
    "recordResearchRecords": capture.capture_research_records,
    "recordContactPersons": capture.capture_contact_persons,
    "captureEvents": capture.capture_events,
}


def at(minute: int) -> str:
    """Minutes after eight o'clock in Beijing on a day in March."""
    return f"2026-03-{14 + minute // 1440:02d}T{8 + minute % 1440 // 60:02d}:{minute % 60:02d}:00+08:00"


def ms(minute: int) -> int:
    """`at` as the graph keeps it."""
    return 1_773_446_400_000 + minute * 60_000


def farm(number: str = "F1", **more: Any) -> dict[str, Any]:
    return {"number": number, "name": "Green Hill", "address": "1 Pasture Road", **more}


def milk(number: str = "M1", **more: Any) -> dict[str, Any]:
    return {"number": number, "farm": "farm/MAKER1/F1", "quantityKg": "12000.50", "arrivedAt": at(60), **more}


def lot(number: str = "L1", **more: Any) -> dict[str, Any]:
    return {"number": number, "name": "Lactose", "quantityKg": 500, "receivedAt": at(0), **more}


def product(code: str = "P1", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": "Infant formula 1", "netContentGrams": "800", **more}


def batch(number: str = "B1", **more: Any) -> dict[str, Any]:
    return {"number": number, "productionDate": "2026-03-14", "startedAt": at(60), "endedAt": at(120), **more}


def use(source: str, minute: int = 60, **more: Any) -> dict[str, Any]:
    return {"source": source, "quantityKg": "10", "at": at(minute), **more}


def site(number: str = "S1", **more: Any) -> dict[str, Any]:
    return {"number": number, "siteKind": "STORE", "name": "Corner shop", **more}


def item(number: str = "I1", **more: Any) -> dict[str, Any]:
    return {"number": number, "level": "ITEM", "batch": "batch/MAKER1/B1", "packedAt": at(120), **more}


def case(number: str = "C1", **more: Any) -> dict[str, Any]:
    return {"number": number, "level": "CASE", "packedAt": at(100), **more}


def move(action: str, parent: str, children: Sequence[str], minute: int) -> dict[str, Any]:
    return {"parent": parent, "children": list(children), "action": action, "at": at(minute)}


def shipment(number: str = "H1", **more: Any) -> dict[str, Any]:
    origin, destination = "site/MAKER1/PLANT", "site/CARRY1/DEPOT"
    return {
        "number": number,
        "origin": origin,
        "destination": destination,
        "departedAt": at(300),
        "packages": ["package/MAKER1/C1"],
        **more,
    }


def receipt(of: str = "shipment/MAKER1/H1", minute: int = 600, **more: Any) -> dict[str, Any]:
    return {"shipment": of, "receivedAt": at(minute), **more}


def statuses(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.status.value for outcome in outcomes]


def problems(outcome: Outcome) -> list[tuple[str, str]]:
    """(code, path) of each, of a rejected record."""
    assert outcome.status is Status.REJECTED, outcome
    for problem in outcome.problems:
        assert "found" in problem.message, problem
        assert "; right is" in problem.message or "; an" in problem.message or "; a " in problem.message, problem
    return [(problem.code.value, problem.path) for problem in outcome.problems]


async def ask(graph: Graph, text: str, **parameters: Any) -> list[list[Any]]:
    """Rows of values, of the whole graph."""
    rows = await graph.read(inline("tests/asked", text), None, **parameters)
    return [list(row) for row in rows]


async def one(graph: Graph, text: str, **parameters: Any) -> Any:
    [[value]] = await ask(graph, text, **parameters)
    return value


async def node(graph: Graph, record: str) -> Mapping[str, Any] | None:
    found = await ask(graph, "MATCH (n) WHERE n.id = $id AND NOT n:Migration RETURN properties(n)", id=record)
    return found[0][0] if found else None


async def stays(graph: Graph, child: str) -> list[tuple[str, int, int, bool]]:
    """(parent, from, until, commissioned) in the order of time."""
    rows = await ask(
        graph,
        "MATCH (p:Package)-[s:CONTAINS]->(c:Package {id: $id}) RETURN p.id, s.from, s.until, s.commissioned ORDER BY s.from, p.id",
        id=child,
    )
    return [(parent, start, until, commissioned) for parent, start, until, commissioned in rows]


async def totals(graph: Graph) -> tuple[int, int]:
    """How many nodes and edges there are, but for audit entries and migrations."""
    nodes = await one(graph, "MATCH (n) WHERE NOT n:Migration AND NOT n:AuditEntry RETURN count(n)")
    return nodes, await one(graph, "MATCH ()-[e]->() RETURN count(e)")


def check_digest(version: Mapping[str, Any]) -> None:
    """A kept version's digest is that of its content, so that neither can be changed alone."""
    assert digest_of(version["content"]) == version["digest"]


async def digest(graph: Graph) -> str:
    """Of every node and every edge, with all that they have."""
    shown = "labels(n) AS labels, properties(n) AS node, type(e) AS kind, properties(e) AS edge, m.id AS end"
    text = f"MATCH (n) OPTIONAL MATCH (n)-[e]->(m) RETURN {shown}"
    rows = await graph.administer(inline("tests/everything", text))
    return hashlib.sha256("\n".join(sorted(repr(_plain(row.data())) for row in rows)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((str(key), _plain(inner)) for key, inner in value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return [_plain(inner) for inner in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]
