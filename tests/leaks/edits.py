"""Changes of a world, and those of them of which an actor can know nothing."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import zip_longest
from random import Random
from typing import Any

from auth.actor import Role
from auth.policy import may_trace
from tests.leaks.hanging import Editing, hung
from tests.leaks.knowing import TABLES, Relations, known, recorder
from tests.reference.validity import stay_breaches
from tests.reference.world import (
    World,
    owner_of,
    recorded_ids,
    referred_ids,
)
from tests.reference.worlds import STEP

_HUNG = 12
_TRIED = {True: 40, False: 120}
"""Edits, by whether the actor may trace: what lineages tell takes long to compare."""


Edit = Callable[[World, Editing], World | None]
"""Of what others than the actor have recorded; None where there is nothing to edit."""


def without_one(world: World, by: Editing) -> World | None:
    table = by.chance.choice(TABLES)
    others = by.foreign(world, table)
    gone = by.chance.choice(others) if others else None
    return gone and replace(world, **{table: tuple(one for one in getattr(world, table) if one is not gone)})


_TIMES = (
    ("milk", "arrived_at"),
    ("lots", "received_at"),
    ("packages", "packed_at"),
    ("shipments", "departed_at"),
    ("receipts", "received_at"),
    ("sales", "sold_at"),
    ("aggregations", "at"),
)


def at_another_time(world: World, by: Editing) -> World | None:
    table, name = by.chance.choice(_TIMES)
    edited = _changed(world, table, by, lambda one: replace(one, **{name: getattr(one, name) + by.chance.randrange(-8, 9) * STEP}))
    return edited if edited is None or not stay_breaches(edited) else None


def another_use(world: World, by: Editing) -> World | None:
    def change(batch: Any) -> Any:
        if not batch.inputs:
            return batch
        place = by.chance.randrange(len(batch.inputs))
        use = batch.inputs[place]
        moved = () if by.chance.random() < 0.3 else (replace(use, at=use.at + by.chance.randrange(-8, 9) * STEP),)
        return replace(batch, inputs=(*batch.inputs[:place], *moved, *batch.inputs[place + 1 :]))

    return _changed(world, "batches", by, change)


def another_supplier(world: World, by: Editing) -> World | None:
    codes = [*world.enterprises, None]
    return _changed(world, "lots", by, lambda lot: replace(lot, supplier=(code := by.chance.choice(codes)) and f"enterprise/{code}"))


def _changed(world: World, table: str, by: Editing, change: Callable[[Any], Any]) -> World | None:
    others = by.foreign(world, table)
    if not others:
        return None
    one = by.chance.choice(others)
    return replace(world, **{table: tuple(change(other) if other is one else other for other in getattr(world, table))})


EDITS: tuple[Edit, ...] = (without_one, without_one, without_one, at_another_time, another_use, another_supplier, hung, hung, hung, hung)


def crowded(world: World, by: Editing) -> World:
    """With more of strangers' records among those that are there, whatever the actor can tell."""
    for _ in range(_HUNG):
        world = hung(world, by) or world
    return world


def unseen_edits(world: World, by: Editing, codes: bool, granted: frozenset[str]) -> World:
    """Edits of which the actor can know nothing."""
    before = list(known(world, by.actor, codes, granted))

    def alike(edited: World) -> bool:
        return all(one == other for one, other in zip_longest(before, known(edited, by.actor, codes, granted)))

    for _ in range(_TRIED[may_trace(by.actor)]):
        edited = by.chance.choice(EDITS)(world, by)
        if edited is not None and alike(edited):
            world = edited
    return world


def beside(world: World, more: World) -> World:
    tables = {table: (*getattr(world, table), *getattr(more, table)) for table in TABLES}
    return replace(world, enterprises=(*world.enterprises, *more.enterprises), **tables)


def other_names(world: World, by: Editing, relations: Relations) -> dict[str, str]:
    """Other IDs for some of the records that the actor does not know and that nothing it knows names."""
    owners = by.actor.scope.owners
    if by.actor.role is Role.PLATFORM or by.actor.scope.everything:
        return {}
    named = relations.near | relations.told | relations.granted
    own = World(
        **{
            table: tuple(one for one in getattr(world, table) if recorder(one) in owners or getattr(one, "id", None) in relations.near)
            for table in TABLES
        }
    )
    named |= referred_ids(own) | {batch.product for batch in own.batches if batch.product}
    every = recorded_ids(world) | referred_ids(world) | {one.id for one in world.products}
    hidden = sorted(one for one in every - named if owner_of(one) not in owners and not one.startswith(("enterprise/", "query/")))
    return {one: _other_name(one, by.chance) for one in hidden if by.chance.random() < 0.5}


def _other_name(record: str, chance: Random) -> str:
    """At another place in the order of names."""
    kind, code, number = record.split("/")
    return f"{kind}/{code}/{chance.choice('0Az')}{number}"


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(renamed(one, names) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: renamed(getattr(value, field.name), names) for field in fields(value)})
    return value
