"""Pairs of worlds between which one actor can see no difference: the second is the first after edits of what is hidden.

What an actor may know of a world is written down here as plainly as may be (`known`, after docs/decisions/0011-what-a-viewer-can-learn.md),
from the reference's own facts; an edit that changes it is not made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from random import Random
from typing import Any

from auth.actor import Actor, Role
from auth.policy import Relation, may_read
from auth.tiers import Tier
from tests.leaks.content import Salt
from tests.reference.facts import Facts
from tests.reference.oracle import Reach, neighbours, reach_backward, reach_forward, recall_radius
from tests.reference.world import World, kind_of, owner_of, recorded_ids, referred_ids, relabel
from tests.reference.worlds import STEP, SUPPLIER

TOLERANCE = 30 * 60_000
RADIUS = 2
TABLES = ("farms", "milk", "lots", "products", "batches", "sites", "packages", "aggregations", "shipments", "receipts", "sales", "queries")
OF_A_CODE = {("farm", "address"), ("lot", "placeOfOrigin"), ("lot", "category"), ("lot", "mainIngredient")}
"""Not public where they are kept, but what a code tells is made from them (乳原料来源地, 主要原料合格证明)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One graph of a pair. first_names: of the records that were renamed, by their names here."""

    world: World
    salt: Salt
    first_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """codes: whether everything that any code tells is the same on both sides, so that codes may be looked up."""

    actor: Actor
    codes: bool
    sides: tuple[Side, Side]


def pair_of(world: World, stranger: World, actor: Actor, chance: Random) -> Pair:
    """stranger: records of others that have nothing to do with the world, for its second side."""
    codes = chance.random() < 0.5
    # the platform reads of every record by its ID that it is there and what it names: all that can differ are other fields
    whole = actor.role is Role.PLATFORM
    edited = world if whole else unseen_edits(world, actor, codes, chance)
    if not whole and chance.random() < 0.5:
        edited = _beside(edited, relabel(stranger, {code: f"N{code}" for code in (*stranger.enterprises, SUPPLIER, "ZZZZ")}))
    names = {} if codes or whole else _renaming(edited, actor, chance)
    first_names = {name: first for first, name in names.items()}
    relations = relations_to(world, actor)

    def salted(salt: str) -> Salt:
        def of(record: str, tier: Tier, field: str) -> str:
            kind = record.partition("/")[0]
            told = codes and (tier is Tier.PUBLIC or (kind, field) in OF_A_CODE)
            return "" if told or visible(actor, record, tier, relations) else salt

        return of

    return Pair(actor, codes, (Side(world, salted("one"), {}), Side(_renamed(edited, names), salted("other"), first_names)))


@dataclass(frozen=True, slots=True)
class Relations:
    """near: others' records that the actor sent or got; told: batches, products and enterprises of which packages that it knows tell."""

    near: frozenset[str]
    told: frozenset[str]


def relations_to(world: World, actor: Actor) -> Relations:
    if actor.role is not Role.ENTERPRISE or actor.enterprise is None:
        return Relations(frozenset(), frozenset())
    near = frozenset(neighbours(Facts(world), actor.enterprise))
    batches = {one.batch for one in world.packages if one.batch and (one.id in near or owner_of(one.id) == actor.enterprise)}
    products = {one.product for one in world.batches if one.id in batches and one.product}
    owners = {f"enterprise/{owner_of(one)}" for one in (*batches, *near)}
    return Relations(near, frozenset(batches | products | owners))


def visible(actor: Actor, record: str, tier: Tier, relations: Relations) -> bool:
    """Whether the actor may read fields of this tier of the record."""
    relation = Relation.STRANGER
    if actor.enterprise and owner_of(record) == actor.enterprise:
        relation = Relation.OWNER
    elif record in relations.near:
        relation = Relation.NEIGHBOUR
    if record in relations.told and tier is Tier.PUBLIC:
        return True
    return may_read(actor, record.partition("/")[0], tier, relation).allowed


def known(world: World, actor: Actor, codes: bool) -> dict[str, Any]:
    """All that the actor may know of a world but for the fields of its records."""
    found: dict[str, Any] = {"codes": _codes(world) if codes else None}
    if actor.role is not Role.ENTERPRISE or actor.enterprise is None:
        return found
    viewer, facts = actor.enterprise, Facts(world)
    near = neighbours(facts, viewer)
    mine = {one for one in facts.recorded if owner_of(one) == viewer} | {one for one in near if facts.has_come(one)}
    items = mine & set(facts.items)
    found["own"] = [one for table in TABLES for one in getattr(world, table) if _recorder(one) == viewer], viewer in world.enterprises
    found["near"] = sorted(near), sorted(mine)
    found["packages"] = [one for one in world.packages if one.id in mine]
    found["sites"] = [one for one in world.sites if one.id in mine]
    found["told"] = [(one.id, one.product) for one in world.batches if one.id in {item.batch for item in found["packages"]}]
    found["stays"] = [stay for stay in facts.stays if stay.parent in mine and stay.child in mine]
    found["shipments"] = [
        (
            one.id,
            (one.origin, one.destination, one.departed_at, receipt.received_at if (receipt := facts.receipts.get(one.id)) else None),
            sorted(mine & set(one.packages)),
            sorted(mine & set(receipt.missing)) if receipt else None,
            sorted(items & facts.carried(one)),
            sorted(items & facts.delivered(one)),
        )
        for one in world.shipments
        if one.id in mine
    ]
    own_stores = [one for one in world.sales if owner_of(one.store) == viewer]
    found["sold"] = [(one.store, one.sold_at, sorted(item for item in items if facts.sells(one, item))) for one in own_stores]
    found["queries"] = [one for one in world.queries if owner_of(one.id) == viewer]
    seeds = sorted(one for one in mine if owner_of(one) == viewer or kind_of(one) in ("PACKAGE", "SHIPMENT"))
    for seed in seeds:
        found[seed] = (
            _path(facts, reach_forward(facts, {seed}, TOLERANCE), mine),
            _path(facts, reach_backward(facts, {seed}, TOLERANCE), mine),
        )
        found[f"recall {seed}"] = _recall(facts, seed, items)
    return found


def _recorder(record: Any) -> str:
    return record.recorder if hasattr(record, "recorder") else owner_of(record.id)


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


def _recall(facts: Facts, seed: str, items: set[str]) -> Any:
    """Which batches stand in which ring and why, and which of the items that the actor may know are affected and where they came."""
    found = recall_radius(facts.world, [seed], RADIUS, TOLERANCE)
    affected = found["items"] & items
    places = {site for one in facts.world.shipments if facts.delivered(one) & affected for site in (one.destination,)}
    rings = sorted((batch, ring, sorted(shared)) for batch, (ring, shared, _) in found["batches"].items())
    return rings, sorted(affected), sorted((site, facts.has_come(site)) for site in places), sorted(found["gaps"], key=repr)


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


Edit = Callable[[World, str, Random], World | None]
"""Of what others than an enterprise have recorded; None where there is nothing to edit."""


def unseen_edits(world: World, actor: Actor, codes: bool, chance: Random) -> World:
    """Some edits, those of which the actor can know nothing."""
    before = known(world, actor, codes)
    for _ in range(6):
        edited = chance.choice(EDITS)(world, actor.enterprise or "", chance)
        if edited is not None and known(edited, actor, codes) == before:
            world = edited
    return world


def _others(world: World, table: str, viewer: str) -> list[Any]:
    return [one for one in getattr(world, table) if _recorder(one) != viewer]


def _without_one(world: World, viewer: str, chance: Random) -> World | None:
    table = chance.choice(TABLES)
    others = _others(world, table, viewer)
    gone = chance.choice(others) if others else None
    return gone and replace(world, **{table: tuple(one for one in getattr(world, table) if one is not gone)})


def _at_another_time(world: World, viewer: str, chance: Random) -> World | None:
    table, name = chance.choice(
        (("milk", "arrived_at"), ("lots", "received_at"), ("packages", "packed_at"), ("receipts", "received_at"), ("sales", "sold_at"))
    )
    return _changed(world, table, viewer, chance, lambda one: replace(one, **{name: getattr(one, name) + chance.randrange(-8, 9) * STEP}))


def _another_use(world: World, viewer: str, chance: Random) -> World | None:
    def change(batch: Any) -> Any:
        if not batch.inputs:
            return batch
        place = chance.randrange(len(batch.inputs))
        use = batch.inputs[place]
        moved = () if chance.random() < 0.3 else (replace(use, at=use.at + chance.randrange(-8, 9) * STEP),)
        return replace(batch, inputs=(*batch.inputs[:place], *moved, *batch.inputs[place + 1 :]))

    return _changed(world, "batches", viewer, chance, change)


def _changed(world: World, table: str, viewer: str, chance: Random, change: Callable[[Any], Any]) -> World | None:
    others = _others(world, table, viewer)
    if not others:
        return None
    one = chance.choice(others)
    return replace(world, **{table: tuple(change(other) if other is one else other for other in getattr(world, table))})


EDITS: tuple[Edit, ...] = (_without_one, _without_one, _at_another_time, _another_use)


def _beside(world: World, more: World) -> World:
    tables = {table: (*getattr(world, table), *getattr(more, table)) for table in TABLES}
    return replace(world, **tables)


def _renaming(world: World, actor: Actor, chance: Random) -> dict[str, str]:
    """Other IDs for some of the records that the actor does not know and that nothing it knows names."""
    viewer = actor.enterprise or ""
    relations = relations_to(world, actor)
    named = relations.near | relations.told
    own = World(
        **{
            table: tuple(one for one in getattr(world, table) if _recorder(one) == viewer or getattr(one, "id", None) in relations.near)
            for table in TABLES
        }
    )
    named |= referred_ids(own) | {batch.product for batch in own.batches if batch.product}
    every = recorded_ids(world) | referred_ids(world) | {one.id for one in world.products}
    hidden = sorted(
        one for one in every - named if owner_of(one) != viewer and kind_or_product(one) not in ("ENTERPRISE", "CONSUMER_QUERY")
    )
    return {one: _other_name(one, chance) for one in hidden if chance.random() < 0.5}


def kind_or_product(record: str) -> str:
    return "PRODUCT" if record.startswith("product/") else kind_of(record)


def _other_name(record: str, chance: Random) -> str:
    """At another place in the order of names."""
    kind, code, number = record.split("/")
    return f"{kind}/{code}/{chance.choice('0Az')}{number}"


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(_renamed(one, names) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _renamed(getattr(value, field.name), names) for field in fields(value)})
    return value
