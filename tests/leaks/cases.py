"""The worlds, actors and questions of the property: drawn by hypothesis, every kind of actor in its turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auth.actor import Actor, Duty, Role
from auth.classes import ProductClass
from tests.leaks.pairs import Pair, pair_of
from tests.leaks.questions import Asked, Asking
from tests.reference.world import World, owner_of, recorded_ids
from tests.reference.worlds import worlds

EVERYTHING = frozenset(Duty)
_RICH = 18
"""Records of a world: fewer hide nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One pair, and what is asked of both of its sides."""

    pair: Pair
    questions: list[Asked]


def _staff(world: World, chance: Random, duties: frozenset[Duty]) -> Actor:
    """Of those who have more records more often."""
    code = owner_of(chance.choice(sorted(recorded_ids(world))))
    return Actor("somebody", Role.ENTERPRISE, code, duties)


def _whole(world: World, chance: Random) -> Actor:
    return _staff(world, chance, EVERYTHING)


def _limited(world: World, chance: Random) -> Actor:
    return _staff(world, chance, frozenset({chance.choice(tuple(Duty))}))


def _without_duty(world: World, chance: Random) -> Actor:
    return _staff(world, chance, frozenset())


def _bound(world: World, chance: Random) -> Actor:
    supervised = frozenset(chance.sample(world.enterprises, chance.randrange(min(3, len(world.enterprises)) + 1)))
    region, product_class = chance.choice((("230000", None), (None, ProductClass.INFANT), ("230000", ProductClass.MEDICAL)))
    return Actor("somebody", Role.REGULATOR, region=region, product_class=product_class, supervised=supervised)


def _outside(world: World, chance: Random) -> Actor:
    return chance.choice((Actor.ANONYMOUS, Actor("somebody", Role.CONSUMER), Actor("somebody", Role.ENTERPRISE, "ZZZZ", EVERYTHING)))


def _regulator(world: World, chance: Random) -> Actor:
    return Actor("somebody", Role.REGULATOR)


def _platform(world: World, chance: Random) -> Actor:
    return Actor("somebody", Role.PLATFORM)


ACTORS = (_whole, _bound, _limited, _whole, _without_duty, _platform, _whole, _bound, _limited, _whole, _outside, _regulator)


def cases(count: int, questions: int, *, fresh: bool) -> Iterator[Case]:
    """fresh: others each time."""
    for number, (world, stranger, seed) in enumerate(_drawn(count, fresh=fresh)):
        chance = Random(f"{number} {seed}")
        actor = ACTORS[number % len(ACTORS)](world, chance)
        pair = pair_of(world, stranger, actor, chance)
        yield Case(pair, Asking.about(pair, chance).questions(questions))


def _drawn(count: int, *, fresh: bool) -> list[tuple[World, World, int]]:
    found: list[tuple[World, World, int]] = []

    @settings(
        max_examples=count,
        derandomize=not fresh,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        phases=(Phase.generate,),
    )
    @given(world=worlds().filter(_rich), stranger=worlds(), seed=st.integers(0, 2**32))
    def draw(world: World, stranger: World, seed: int) -> None:
        found.append((world, stranger, seed))

    draw()
    return found


def _rich(world: World) -> bool:
    return len(recorded_ids(world)) >= _RICH and len(world.enterprises) > 1
