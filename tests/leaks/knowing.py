"""What an actor may know of a world, written down as plainly as may be (docs/decisions/0011-what-a-viewer-can-learn.md), from the
reference's own facts."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import Any

from auth.actor import Actor, Role
from auth.policy import NEIGHBOURLY, READERS, Relation, may_read, may_trace
from auth.tiers import Tier
from tests.reference.facts import Facts
from tests.reference.oracle import Reach, neighbours, reach_backward, reach_forward, recall_radius
from tests.reference.world import World, kind_of, owner_of

TOLERANCE = 30 * 60_000
RADIUS = 3
"""As wide as recalls are asked for."""
TABLES = ("farms", "milk", "lots", "products", "batches", "sites", "packages", "aggregations", "shipments", "receipts", "sales", "queries")
KINDS = {"farms": "farm", "milk": "milk", "lots": "lot", "products": "product", "batches": "batch", "queries": "query"}
"""The kinds of the tables that an enterprise's staff reads by duty alone; of the other tables it shares the fields of its records."""


def recorder(record: Any) -> str:
    return record.recorder if hasattr(record, "recorder") else owner_of(record.id)


def opened_by_duty(actor: Actor, table: str) -> bool:
    """Whether the actor reads its own records of a table; a regulator reads all of those of its region."""
    return actor.role is not Role.ENTERPRISE or table not in KINDS or bool(actor.duties & READERS[KINDS[table]])


@dataclass(frozen=True, slots=True)
class Relations:
    """near: others' records that the actor sent or got; told: batches, products and enterprises of which packages that it knows tell;
    granted: records of others that it is shown since a restricted field of theirs was granted."""

    near: frozenset[str]
    told: frozenset[str]
    granted: frozenset[str]


def relations_to(world: World, actor: Actor, granted: frozenset[str] = frozenset()) -> Relations:
    owners = actor.scope.owners
    if not owners:
        return Relations(frozenset(), frozenset(), granted)
    near = near_of(Facts(world), owners)
    packages = [one for one in world.packages if one.id in near or owner_of(one.id) in owners]
    batches = {one.batch for one in packages if one.batch}
    products = {one.product for one in world.batches if one.id in batches and one.product}
    enterprises = {f"enterprise/{owner_of(one)}" for one in (*batches, *near, *(package.id for package in packages))}
    return Relations(near, frozenset(batches | products | enterprises), granted)


def near_of(facts: Facts, owners: Iterable[str]) -> frozenset[str]:
    """What several enterprises know of others as neighbours, taken together."""
    codes = set(owners)
    return frozenset(one for code in codes for one in neighbours(facts, code) if owner_of(one) not in codes)


def visible(actor: Actor, record: str, tier: Tier, relations: Relations) -> bool:
    """Whether the actor may read fields of this tier of the record."""
    kind, owners = record.partition("/")[0], actor.scope.owners
    if (record in relations.told and tier is Tier.PUBLIC) or (record in relations.granted and tier in (Tier.PUBLIC, Tier.SHARED)):
        return True
    if actor.role is Role.REGULATOR and not (actor.scope.everything or owner_of(record) in owners):
        return record in relations.near and kind in NEIGHBOURLY and tier in (Tier.PUBLIC, Tier.SHARED)
    relation = Relation.OWNER if owner_of(record) in owners else Relation.NEIGHBOUR if record in relations.near else Relation.STRANGER
    return may_read(actor, kind, tier, relation).allowed


def known(world: World, actor: Actor, codes: bool, granted: Set[str] = frozenset()) -> Iterator[Any]:
    """All that the actor may know of a world but for the fields of its records, what is soon found out first. codes: whether it may look
    codes up."""
    yield _codes(world) if codes else None, _there(world) & granted
    if actor.scope.everything:
        yield world
    elif actor.role is Role.PLATFORM:
        yield _shared(world)
    elif actor.scope.owners:
        yield from _of_owners(world, actor)


def _of_owners(world: World, actor: Actor) -> Iterator[Any]:
    owners, facts = actor.scope.owners, Facts(world)
    near = near_of(facts, owners)
    mine = {one for one in facts.recorded if owner_of(one) in owners} | {one for one in near if facts.has_come(one)}
    items = mine & set(facts.items)
    yield [one for table in TABLES if opened_by_duty(actor, table) for one in getattr(world, table) if recorder(one) in owners]
    yield sorted(owners & set(world.enterprises))
    yield sorted(near), sorted(one for one in mine if one in near or kind_of(one) in ("PACKAGE", "SHIPMENT", "SITE"))
    packages = [one for one in world.packages if one.id in mine]
    yield packages, [one for one in world.sites if one.id in mine]
    batches = {item.batch for item in packages}
    yield [(one.id, one.product, one.product in _there(world)) for one in world.batches if one.id in batches]
    yield [stay for stay in facts.stays if stay.parent in mine and stay.child in mine]
    for one in world.shipments:
        if one.id in mine:
            receipt = facts.receipts.get(one.id)
            yield one.id, one.origin, one.destination, one.departed_at, sorted(mine & set(one.packages))
            yield receipt and (receipt.received_at, sorted(mine & set(receipt.missing)))
            yield sorted(items & facts.carried(one)), sorted(items & facts.delivered(one))
    if may_trace(actor):
        yield from _traced(facts, actor, mine, items)


def _traced(facts: Facts, actor: Actor, mine: set[str], items: set[str]) -> Iterator[Any]:
    """What lineages and recalls tell, from any record that may be asked about."""
    owners = actor.scope.owners
    own_stores = [one for one in facts.world.sales if owner_of(one.store) in owners]
    yield [(one.store, one.sold_at, sorted(item for item in items if facts.sells(one, item))) for one in own_stores]
    seeds = sorted(one for one in mine if owner_of(one) in owners or kind_of(one) in ("PACKAGE", "SHIPMENT"))
    for seed in seeds:
        yield seed, _path(facts, reach_forward(facts, {seed}, TOLERANCE), mine)
        yield _path(facts, reach_backward(facts, {seed}, TOLERANCE), mine)
    for seed in seeds:
        yield _recall(facts, seed, items, whole=actor.role is Role.REGULATOR)


def _path(facts: Facts, reach: Reach, mine: set[str]) -> Any:
    """The shape of a lineage: hidden records keep their place, and edges their time where the actor knows the record that tells it."""
    edges = {
        (source, target, kind, at if target in mine or (kind == "DELIVERED_TO" and source in mine) else None)
        for source, target, kind, at in reach.edges
    }
    holds = {
        (stay.parent, stay.child, stay.start if stay.parent in mine else None)
        for stay in facts.stays
        if stay.parent in reach.distances and stay.child in reach.distances
    }
    return (
        sorted((one, distance, facts.has_come(one)) for one, distance in reach.distances.items()),
        sorted(edges, key=repr),
        sorted(holds, key=repr),
    )


def _recall(facts: Facts, seed: str, items: set[str], *, whole: bool) -> Any:
    """Which batches stand in which ring and why, and which of the items that the actor may know are affected and where they came.
    whole: for a regulator, to whom all of them are counted."""
    found = recall_radius(facts.world, [seed], RADIUS, TOLERANCE)
    affected = found["items"] & items
    places = {site for one in facts.world.shipments if facts.delivered(one) & affected for site in (one.destination,)}
    rings = sorted((batch, ring, sorted(shared)) for batch, (ring, shared, _) in found["batches"].items())
    told = rings, sorted(affected), sorted((site, facts.has_come(site)) for site in places), sorted(found["gaps"], key=repr)
    return (told, found) if whole else told


def _there(world: World) -> set[str]:
    return {f"enterprise/{code}" for code in world.enterprises} | {one.id for one in world.products}


def _shared(world: World) -> World:
    """What the platform reads by ID of every record: that it is there, and its fields that are not INTERNAL."""
    return replace(
        world,
        milk=tuple(replace(one, farm="", arrived_at=0) for one in world.milk),
        lots=tuple(replace(one, supplier=None, received_at=0) for one in world.lots),
        batches=tuple(replace(one, inputs=(), started_at=0, ended_at=0) for one in world.batches),
        sales=(),
    )


def _codes(world: World) -> Any:
    """What codes tell of the world: each package, its batch, what it is in now, and the sources of the batch."""
    facts = Facts(world)
    held = {stay.child: stay.parent for stay in facts.stays if stay.still}
    origins = {one.id: sorted(reach_backward(facts, {one.id}, TOLERANCE).distances) for one in world.batches}
    farms = [(one.id, one.farm, facts.has_come(one.farm)) for one in world.milk]
    batches = [(one.id, one.product, one.batch_kind) for one in world.batches]
    return (
        [(one, held.get(one.id)) for one in world.packages],
        origins,
        farms,
        batches,
        world.enterprises,
        world.lots,
        world.products,
        world.queries,
    )
