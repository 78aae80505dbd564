"""Nobody can tell what they may not know (docs/decisions/0011-what-a-viewer-can-learn.md): two graphs that differ in that alone
give the same bytes for every operation. MILKLINE_HYPOTHESIS=deep asks of many more pairs, and of others each time."""

import asyncio
import os
from random import Random

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auth.actor import Actor, Duty, Role
from graph import lookup
from graph.engine.driver import Graph
from tests.leaks.asking import NOW, answers, establish
from tests.leaks.pairs import pair_of
from tests.leaks.questions import Asking, Question
from tests.reference.world import World
from tests.reference.worlds import worlds

pytestmark = pytest.mark.anyio
DEEP = os.environ.get("MILKLINE_HYPOTHESIS") == "deep"
EXAMPLES, QUESTIONS, PAGES = (600, 60, 4) if DEEP else (8, 30, 2)
EVERYTHING = frozenset(Duty)
DUTIES = [EVERYTHING, EVERYTHING, EVERYTHING, *(frozenset({duty}) for duty in Duty), frozenset[Duty]()]


def actor_in(world: World, chance: Random) -> Actor:
    """Most often somebody of an enterprise, with all duties or one."""
    role = chance.choice((Role.ENTERPRISE,) * 7 + (Role.PUBLIC, Role.CONSUMER, Role.PLATFORM))
    match role:
        case Role.PUBLIC:
            return Actor.ANONYMOUS
        case Role.ENTERPRISE:
            return Actor("somebody", role, chance.choice((*world.enterprises, "ZZZZ")), chance.choice(DUTIES))
        case _:
            return Actor("somebody", role)


async def test_what_is_hidden_makes_no_difference(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """hypothesis runs its examples in a thread of its own; each is handed back to the loop that the graph belongs to."""
    monkeypatch.setattr(lookup.time, "time_ns", lambda: NOW * 1_000_000)
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        derandomize=not DEEP,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=(Phase.explicit, Phase.generate),
    )
    @given(world=worlds(), stranger=worlds(), seed=st.integers(0, 2**32))
    def prove(world: World, stranger: World, seed: int) -> None:
        asyncio.run_coroutine_threadsafe(compare(graph, world, stranger, Random(seed)), loop).result()

    await anyio.to_thread.run_sync(prove)


async def compare(graph: Graph, world: World, stranger: World, chance: Random) -> None:
    actor = actor_in(world, chance)
    pair = pair_of(world, stranger, actor, chance)
    questions = Asking.about(pair, chance).questions(QUESTIONS)
    both: list[list[tuple[Question, bytes]]] = []
    for side in pair.sides:
        await establish(graph, side)
        both.append(await answers(graph, actor, side, questions, PAGES))
    for (question, one), (_, other) in zip(*both, strict=True):
        assert one == other, (actor, question)
