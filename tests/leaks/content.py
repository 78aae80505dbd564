"""Content for the records of a reference world, made from the schema: whatever field is added to a type is filled, and varied, too."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLList, GraphQLObjectType, build_schema, get_nullable_type

from auth.classes import ProductClass
from auth.tiers import Tier
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import Kind, kind_of, owner_of
from graph.model.texts import order_text
from graph.statements import inline
from tests.contract.test_schema import TEXT, tier_of
from tests.reference.world import World, number_of

if TYPE_CHECKING:
    from tests.leaks.pairs import Side

WORDS = ("乳清粉", "有机奶源", "whey protein", "Green Hill", "corner shop", "一号仓", "lactose")
DECLARED = build_schema(TEXT)
"""The schema with its directives."""
_TYPES = {kind: {Kind.PRODUCTION_BATCH: "Batch"}.get(kind, kind.label) for kind in Kind}
_GIVEN = {"id", "kind", "owner", "number", "code", "version", "level", "url"}
"""What the record's place in the world says, or its ID."""

Salt = Callable[[str, Tier, str], str]
"""(record, tier, field): what the value hangs on; the same salt gives the same value."""


def tier(kind: Kind, field: str) -> Tier:
    found = _type(kind)
    told = tier_of(found, field)
    assert told is not None
    return Tier(told)


def _type(kind: Kind) -> GraphQLObjectType:
    found = DECLARED.type_map[_TYPES[kind]]
    assert isinstance(found, GraphQLObjectType)
    return found


def _version(record: str, salt: Salt) -> int:
    return 1 + _random(record, "version", salt, tier(kind_of(record), "version")).randrange(3)


def properties(record: str, salt: Salt) -> dict[str, Any]:
    """Of one record, whatever its fields are; the times and references of the world come on top. `record` is the name it had first."""
    kind = kind_of(record)
    found: dict[str, Any] = {"recordedBy": _text(_random(record, "recordedBy", salt, Tier.INTERNAL)), "digest": "d", "auditId": "a"}
    for name, field in _type(kind).fields.items():
        if name in _GIVEN:
            continue
        chance = _random(record, name, salt, tier(kind, name))
        value = _value(field.type, chance)
        if value is not None and not (field.type is get_nullable_type(field.type) and chance.random() < 0.2):
            found[name] = value
    if "name" in found:
        found["nameOrder"] = order_text(found["name"])
    return found | {"version": _version(record, salt)}


def _random(record: str, field: str, salt: Salt, of: Tier) -> Random:
    return Random(f"{record} {field} {salt(record, of, field)}")


def _text(chance: Random) -> str:
    return f"{chance.choice(WORDS)} {chance.randrange(4)}"


def _value(kind: Any, chance: Random) -> Any:
    bare = get_nullable_type(kind)
    if isinstance(bare, GraphQLList):
        several = [_value(bare.of_type, chance) for _ in range(chance.randrange(3))]
        return None if None in several else several
    if isinstance(bare, GraphQLEnumType):
        return chance.choice(sorted(bare.values))
    match bare.name:
        case "String":
            return _text(chance)
        case "Boolean":
            return chance.random() < 0.5
        case "Int":
            return chance.randrange(1000)
        case "Float":
            return chance.randrange(80) / 10
        case "Decimal":
            return str(chance.randrange(1, 5000))
        case "DateTime":
            return 1_767_225_600_000 + chance.randrange(6) * 86_400_000
        case "Date":
            return f"2026-01-{chance.randrange(1, 7):02d}"
        case "File":
            digest = f"{chance.randrange(9):x}" * 64
            return json.dumps({"name": _text(chance), "mediaType": "text/plain", "sha256": digest, "size": chance.randrange(99)})
        case _:
            return None


async def fill(graph: Graph, side: "Side") -> None:
    """Sets the content of what `plant` has put there, and adds products, earlier versions and what is kept beside custody."""
    world, salt, first_names = side.world, side.salt, side.first_names
    rows: dict[Kind, list[dict[str, Any]]] = {}
    versions: list[dict[str, Any]] = []
    for record, placed in _placed(world, salt, first_names).items():
        first = first_names.get(record, record)
        kind = kind_of(record)
        named = {"code": number_of(record)} if kind in (Kind.ENTERPRISE, Kind.PRODUCT) else {"number": number_of(record)}
        standing = _standing(first, side) if kind is Kind.ENTERPRISE else {}
        content = properties(first, salt) | {"owner": owner_of(record)} | named | standing | placed
        rows.setdefault(kind, []).append({"id": record, "set": content})
        kept = Random(f"{first} history {salt(first, Tier.INTERNAL, 'history')}")
        earlier = 0 if kind is Kind.CONSUMER_QUERY else min(kept.randrange(3), _version(first, salt) - 1)
        for number in range(1, 1 + earlier):
            version = {"version": number, "content": json.dumps({"name": _text(kept)}), "recordedAt": number, "recordedBy": "x"}
            versions.append({"id": f"{record}@{number}", "of": record, **version})
    beside: dict[str, list[dict[str, Any]]] = {}
    for node in side.extras:
        beside.setdefault(node.label, []).append({"id": node.properties["id"], "set": dict(node.properties)})
    used = [
        [batch.id, line, _kilograms(first_names.get(batch.id, batch.id), line, salt)]
        for batch in world.batches
        for line, _ in enumerate(batch.inputs)
    ]

    async def work(tx: Transaction) -> None:
        for label, these in [*((kind.label, these) for kind, these in rows.items()), *beside.items()]:
            text = f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n += row.set"
            await tx.run(inline("tests/fill", text), None, rows=these)
        await tx.run(_KEEPING, None, rows=versions)
        await tx.run(_MAKING, None, rows=[[batch.id, batch.product] for batch in world.batches if batch.product])
        await tx.run(_USING, None, rows=used)
        events = [node.properties for node in side.extras if node.label == "EpcisEvent"]
        await tx.run(_NAMING, None, rows=[[event["id"], key] for event in events for key in event["keys"]])

    await graph.write(work)


_KEEPING = inline("tests/versions", "UNWIND $rows AS row CREATE (v:RecordVersion {id: row.id}) SET v += row")
_MAKING = inline(
    "tests/makes",
    "UNWIND $rows AS row MATCH (b:ProductionBatch {id: row[0]}) MERGE (p:Product {id: row[1]}) CREATE (b)-[:MAKES]->(p)",
)
_USING = inline(
    "tests/used",
    "UNWIND $rows AS row MATCH (:ProductionBatch {id: row[0]})<-[e:CONSUMED_BY {line: row[1]}]-() SET e.quantityKg = row[2]",
)
_NAMING = inline(
    "tests/names", "UNWIND $rows AS row MATCH (n:EpcisEvent {id: row[0]}) MERGE (k:EpcisKey {id: row[1]}) CREATE (n)-[:NAMES]->(k)"
)


def _standing(enterprise: str, side: "Side") -> dict[str, Any]:
    """Since when it is suspended, and, where an authority is bound, its region and classes of product."""
    chance = _random(enterprise, "status", side.salt, tier(Kind.ENTERPRISE, "status"))
    found: dict[str, Any] = {"suspendedAt": 1_767_225_600_000 + chance.randrange(9)} if chance.random() < 0.3 else {}
    if side.bound is not None:
        inside = owner_of(enterprise) in side.bound.supervised
        where = _random(enterprise, "divisionCode", side.salt, tier(Kind.ENTERPRISE, "divisionCode"))
        found["divisionCode"] = where.choice(("230000", "230102", "239999") if inside else ("229999", "240000", "440607", None))
        classes = [one.value for one in ProductClass if one is not side.bound.product_class]
        found["productClasses"] = where.sample(classes, 2)
        if inside and side.bound.product_class is not None:
            found["productClasses"].append(side.bound.product_class.value)
    return found


def _kilograms(batch: str, line: int, salt: Salt) -> str:
    return str(Random(f"{batch} {line} {salt(batch, Tier.INTERNAL, 'inputs')}").randrange(1, 9))


def _placed(world: World, salt: Salt, first_names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What the world itself says of each record that has come."""
    found: dict[str, dict[str, Any]] = {f"enterprise/{code}": {} for code in world.enterprises}
    found |= {one.id: {} for one in (*world.farms, *world.products)}
    found |= {one.id: {"farm": one.farm, "arrivedAt": one.arrived_at} for one in world.milk}
    found |= {one.id: {"supplier": one.supplier, "receivedAt": one.received_at} for one in world.lots}
    for batch in world.batches:
        uses = [
            {"source": use.source, "quantityKg": _kilograms(first_names.get(batch.id, batch.id), line, salt), "at": use.at}
            | ({"rework": True} if use.rework else {})
            for line, use in enumerate(batch.inputs)
        ]
        found[batch.id] = {
            "batchKind": batch.batch_kind,
            "product": batch.product,
            "startedAt": batch.started_at,
            "endedAt": batch.ended_at,
            "inputs": [json.dumps(use) for use in uses],
        }
    found |= {one.id: {"siteKind": one.site_kind} for one in world.sites}
    found |= {one.id: {"level": one.level, "packedAt": one.packed_at, "batch": one.batch} for one in world.packages}
    receipts = {receipt.shipment: receipt.received_at for receipt in world.receipts}
    for one in world.shipments:
        ends = {"origin": one.origin, "destination": one.destination}
        found[one.id] = ends | {"departedAt": one.departed_at, "receivedAt": receipts.get(one.id), "packages": list(one.packages)}
    found |= {one.id: {"code": f"{owner_of(one.package)}.{number_of(one.package)}"} for one in world.queries}
    return found
