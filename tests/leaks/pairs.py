"""Pairs of graphs between which one actor can see no difference: the second is the first after edits of what is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from auth.actor import Actor, Role
from auth.tiers import Tier
from tests.leaks.content import Salt
from tests.leaks.edits import beside, crowded, other_names, renamed, unseen_edits
from tests.leaks.extras import Extras, Node, extras_of
from tests.leaks.hanging import Editing
from tests.leaks.knowing import relations_to, visible
from tests.reference.world import World, relabel
from tests.reference.worlds import SUPPLIER

OF_A_CODE = {("farm", "address"), ("lot", "placeOfOrigin"), ("lot", "category"), ("lot", "mainIngredient")}
"""Not public where they are kept, but what a code tells is made from them (乳原料来源地, 主要原料合格证明)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One graph of a pair. first_names: of the records that were renamed, by their names here; bound: the authority that is bound to some
    enterprises, if one asks."""

    world: World
    salt: Salt
    first_names: Mapping[str, str]
    extras: list[Node]
    bound: Actor | None


@dataclass(frozen=True, slots=True)
class Pair:
    """codes: whether everything that any code tells is the same on both sides, so that codes may be looked up."""

    actor: Actor
    codes: bool
    extras: Extras
    sides: tuple[Side, Side]


def pair_of(world: World, stranger: World, actor: Actor, chance: Random) -> Pair:
    """stranger: records of others that have nothing to do with the world, for its second side."""
    codes = chance.random() < 0.3
    by = Editing(actor, chance)
    world = crowded(world, by)
    extras = extras_of(world, actor, chance)
    granted = extras.shown(actor)
    edited = unseen_edits(world, by, codes, granted)
    # the platform reads of every record by its ID that it is there, and an authority that is bound to no region reads all of it
    if not (actor.scope.everything or actor.role is Role.PLATFORM) and chance.random() < 0.5:
        edited = beside(edited, relabel(stranger, {code: f"N{code}" for code in (*stranger.enterprises, SUPPLIER, "ZZZZ")}))
    relations = relations_to(world, actor, granted)
    names = {} if codes else other_names(edited, by, relations)
    first_names = {name: first for first, name in names.items()}

    def salted(salt: str) -> Salt:
        def of(record: str, tier: Tier, field: str) -> str:
            kind = record.partition("/")[0]
            told = codes and (tier is Tier.PUBLIC or (kind, field) in OF_A_CODE)
            return "" if told or visible(actor, record, tier, relations) else salt

        return of

    bound = actor if actor.bound else None
    one = Side(world, salted("one"), {}, extras.sides[0], bound)
    other = Side(renamed(edited, names), salted("other"), first_names, extras.sides[1], bound)
    return Pair(actor, codes, extras, (one, other))
