"""What strangers have, hung on whatever is there: on an actor's own farms, products, sites and packages, and on its neighbours'."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from auth.actor import Actor
from tests.leaks.knowing import opened_by_duty, recorder
from tests.reference.validity import stay_breaches
from tests.reference.world import (
    LEVELS,
    Aggregation,
    Batch,
    IngredientLot,
    MilkDelivery,
    Package,
    Query,
    Receipt,
    Sale,
    Shipment,
    Use,
    World,
    owner_of,
    recorded_ids,
    referred_ids,
)
from tests.reference.worlds import START, STEP, STEPS


@dataclass(frozen=True, slots=True)
class Editing:
    """actor: who may not see the edits; what others have recorded may be edited, and its own where it has no duty for it."""

    actor: Actor
    chance: Random

    def foreign(self, world: World, table: str) -> list[Any]:
        owners = self.actor.scope.owners if opened_by_duty(self.actor, table) else frozenset[str]()
        return [one for one in getattr(world, table) if recorder(one) not in owners]

    def time(self) -> int:
        return START + self.chance.randrange(STEPS + 12) * STEP

    def stranger(self, world: World) -> str | None:
        others = [code for code in world.enterprises if code not in self.actor.scope.owners]
        return self.chance.choice(others) if others else None

    def some(self, choices: Sequence[str], most: int) -> tuple[str, ...]:
        return tuple(self.chance.sample(choices, min(len(choices), self.chance.randrange(1, most + 1))))


def hung(world: World, by: Editing) -> World | None:
    """One record more of a stranger, which names records that are there, whosever they are."""
    who = by.stranger(world)
    if who is None:
        return None
    table = by.chance.choice(tuple(_HANGING))
    more = _HANGING[table](world, by, who, f"x{by.chance.randrange(10**6)}")
    if more is None:
        return None
    edited = replace(world, **{table: (*getattr(world, table), more)})
    return None if table == "aggregations" and stay_breaches(edited) else edited


def _ids(world: World, *kinds: str) -> list[str]:
    """Of those that have come and those that are only named."""
    return sorted(one for one in recorded_ids(world) | referred_ids(world) if one.partition("/")[0] in kinds)


def _milk(world: World, by: Editing, who: str, name: str) -> MilkDelivery | None:
    farms = _ids(world, "farm")
    return MilkDelivery(f"milk/{who}/{name}", by.chance.choice(farms), by.time()) if farms else None


def _lot(world: World, by: Editing, who: str, name: str) -> IngredientLot:
    return IngredientLot(f"lot/{who}/{name}", f"enterprise/{by.chance.choice(world.enterprises)}", by.time())


def _batch(world: World, by: Editing, who: str, name: str) -> Batch:
    sources = _ids(world, "milk", "lot", "batch")
    uses = tuple(Use(source, by.time()) for source in by.some(sources, 2)) if sources and by.chance.random() < 0.5 else ()
    times = [use.at for use in uses] or [START]
    product = by.chance.choice([one.id for one in world.products]) if world.products and by.chance.random() < 0.8 else None
    return Batch(f"batch/{who}/{name}", "FINISHED" if product else "POOL", min(times), max(times), uses, product)


def _package(world: World, by: Editing, who: str, name: str) -> Package:
    batches = _ids(world, "batch")
    if batches and by.chance.random() < 0.6:
        return Package(f"package/{who}/{name}", "ITEM", by.time(), by.chance.choice(batches))
    return Package(f"package/{who}/{name}", by.chance.choice(LEVELS[1:]), by.time())


def _aggregation(world: World, by: Editing, who: str, name: str) -> Aggregation | None:
    parents = [one.id for one in world.packages if owner_of(one.id) == who and one.level != "ITEM"]
    children = _ids(world, "package")
    if not parents:
        return None
    parent = by.chance.choice(parents)
    held = tuple(one for one in by.some(children, 2) if one != parent)
    return Aggregation(who, parent, held, "ADD", by.time()) if held else None


def _shipment(world: World, by: Editing, who: str, name: str) -> Shipment | None:
    sites, packages = _ids(world, "site"), _ids(world, "package")
    if not (sites and packages):
        return None
    return Shipment(f"shipment/{who}/{name}", by.chance.choice(sites), by.chance.choice(sites), by.time(), by.some(packages, 3))


def _receipt(world: World, by: Editing, who: str, name: str) -> Receipt | None:
    received = {one.shipment for one in world.receipts}
    open_ones = [one for one in world.shipments if one.id not in received and owner_of(one.destination) not in by.actor.scope.owners]
    if not open_ones:
        return None
    one = by.chance.choice(open_ones)
    missing = by.some(one.packages, 2) if by.chance.random() < 0.4 else ()
    return Receipt(owner_of(one.destination), one.id, one.departed_at + by.chance.randrange(6) * STEP, missing)


def _sale(world: World, by: Editing, who: str, name: str) -> Sale | None:
    stores, packages = [one for one in _ids(world, "site") if owner_of(one) not in by.actor.scope.owners], _ids(world, "package")
    return Sale(owner_of(store := by.chance.choice(stores)), store, by.some(packages, 2), by.time()) if stores and packages else None


def _query(world: World, by: Editing, who: str, name: str) -> Query | None:
    packages = _ids(world, "package")
    return Query(f"query/{owner_of(package := by.chance.choice(packages))}/{name}", package) if packages else None


_HANGING: dict[str, Callable[[World, Editing, str, str], Any]] = {
    "milk": _milk,
    "lots": _lot,
    "batches": _batch,
    "packages": _package,
    "aggregations": _aggregation,
    "shipments": _shipment,
    "receipts": _receipt,
    "sales": _sale,
    "queries": _query,
}
