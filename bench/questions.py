"""What both endpoints are asked, about records that a seeded graph has."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from graph.engine.driver import Graph
from graph.statements import inline

FIELDS = (
    "productName",
    "netContentAndSpecification",
    "productStandard",
    "batchNumber",
    "productionDate",
    "bestBefore",
    "placeOfProduction",
    "enterpriseName",
    "enterpriseAddress",
    "producerNameAndContact",
    "ingredientList",
    "storageConditions",
)
RECORDS = 1_000
"""In one recording call."""
_ASKED = 200
_LINEAGE = """($from: [ID!]!) { answer: %s(from: $from) {
  counts { kind count }
  nodes(first: 100) { totalCount edges { node { id kind distance disclosed } } }
  completeness { complete gaps { cause at detail } } } }"""
_RECALL = """query($from: [ID!]!) { recallRadius(from: $from, radius: 1) {
  itemCount batches { ring id itemCount } sites { id itemCount soldCount }
  whereabouts { atPlant inTransit inStock sold } completeness { complete gaps { cause at detail } } } }"""
_RESOLVE = f"""query($code: String!, $channel: String, $place: String) {{ resolve(code: $code, channel: $channel, place: $place) {{
  verdict message queryCount firstQueriedAt product {{ {" ".join(FIELDS)} }} }} }}"""
_RECORD = """mutation($records: [MilkDeliveryInput!]!) { recordMilkDeliveries(records: $records) {
  outcomes { id status problems { code path message } } } }"""


@dataclass(frozen=True, slots=True)
class Question:
    """name: also the bare endpoint's path. goal: the CPU time that the service may take, as a multiple of the bare endpoint's.
    actor: a role, or an enterprise's code. bodies: of the service and of the bare endpoint, each a new one each time."""

    name: str
    path: str
    actor: str
    service: Callable[[], bytes]
    bare: Callable[[], bytes]
    goal: float | None = None
    units: int = 1


async def questions(graph: Graph) -> list[Question]:
    cans = await _found(graph, "MATCH (i:Package {level: 'ITEM'})-[:SOLD_AT]->() RETURN i.id AS id LIMIT $most")
    lots = await _found(graph, "MATCH (l:IngredientLot)-[:CONSUMED_BY]->() RETURN DISTINCT l.id AS id ORDER BY id LIMIT $most")
    batches = await _found(graph, "MATCH (b:ProductionBatch)-[:MAKES]->() RETURN DISTINCT b.id AS id ORDER BY id LIMIT $most")
    [farm] = await _found(graph, "MATCH (f:Farm) RETURN f.id AS id ORDER BY id LIMIT 1", most=None)
    # look-ups are records themselves, which lineage then follows, so that they come last
    return [
        _lineage("backward from a can", "backward", cans, 2.0),
        _lineage("forward from a lot", "forward", lots, 2.0),
        _lineage("forward from a batch", "forward", batches, 2.0),
        _asked("recall radius 1 of a batch", "recall", _RECALL, batches, None),
        _look_up(cans),
        _record(farm),
    ]


async def _found(graph: Graph, text: str, most: int | None = _ASKED) -> list[str]:
    parameters = {} if most is None else {"most": most}
    return [row["id"] for row in await graph.read(inline("bench/found", text), None, **parameters)]


def _lineage(name: str, field: str, ids: list[str], goal: float) -> Question:
    return _asked(name, field, "query" + _LINEAGE % field, ids, goal)


def _asked(name: str, path: str, query: str, ids: list[str], goal: float | None) -> Question:
    def bodies(wrapped: Callable[[dict[str, Any]], Any]) -> Callable[[], bytes]:
        return itertools.cycle([orjson.dumps(wrapped({"from": [record]})) for record in ids]).__next__

    return Question(name, path, "REGULATOR", bodies(lambda asked: {"query": query, "variables": asked}), bodies(lambda asked: asked), goal)


def look_ups(cans: list[str]) -> Callable[[], bytes]:
    """Look-ups of the cans' codes, as the service takes them."""
    return itertools.cycle([orjson.dumps({"query": _RESOLVE, "variables": one}) for one in _codes(cans)]).__next__


def _codes(cans: list[str]) -> list[dict[str, str]]:
    return [{"code": ".".join(can.split("/")[1:]), "channel": "WEB", "place": "哈尔滨市"} for can in cans]


def _look_up(cans: list[str]) -> Question:
    bare = itertools.cycle([orjson.dumps({**one, "fields": FIELDS}) for one in _codes(cans)])
    return Question("look-up of a code", "look-up", "PUBLIC", look_ups(cans), bare.__next__, 2.0)


def _record(farm: str) -> Question:
    owner = farm.split("/")[1]
    numbers = itertools.count()

    def records() -> list[dict[str, Any]]:
        call = next(numbers)
        return [
            {"number": f"BENCH-{call}-{place}", "farm": farm, "quantityKg": "12000.5", "arrivedAt": "2026-03-14T08:30:00Z"}
            for place in range(RECORDS)
        ]

    def kept(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "arrivedAt": 1_773_477_000_000}

    def service() -> bytes:
        return orjson.dumps({"query": _RECORD, "variables": {"records": records()}})

    def bare() -> bytes:
        return orjson.dumps({"owner": owner, "digest": "0" * 64, "records": [kept(one) for one in records()]})

    return Question(f"recording {RECORDS:,} milk deliveries", "record", owner, service, bare, units=RECORDS)


def warm_up(question: Question) -> Iterator[tuple[bytes, bytes]]:
    for _ in range(3 if question.units > 1 else 20):
        yield question.service(), question.bare()
