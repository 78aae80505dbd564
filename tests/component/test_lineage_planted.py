"""The lineage functions against the reference on planted random worlds: the same questions as over HTTP, many times faster."""

import itertools
import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.engine.driver import Graph
from graph.lineage.gaps import Limits
from tests.planting import PlantedSystem, plant
from tests.reference import oracle
from tests.reference.system import comparable
from tests.reference.world import World, relabel, relabel_id
from tests.reference.worlds import ACTORS, SYMBOLS, questions, with_ends

pytestmark = pytest.mark.anyio
DEEP = os.environ.get("MILKLINE_HYPOTHESIS") == "deep"
# the same worlds each time, so that a change is what makes a difference; `deep` looks for new ones
EXAMPLES = 1500 if DEEP else 150
_fresh = itertools.count()


def fresh(world: World, seeds: list[str]) -> tuple[World, list[str], dict[str, str]]:
    """Under codes that no world before it had: worlds share a database."""
    number = next(_fresh)
    codes = {symbol: f"{symbol}{number:06}" for symbol in SYMBOLS}
    return relabel(world, codes), [relabel_id(seed, codes) for seed in seeds], codes


QUESTIONS = questions().flatmap(lambda asked: st.tuples(with_ends(asked[0]), st.just(asked[1])))
given_world = given(question=QUESTIONS, radius=st.integers(0, 3), hops=st.integers(0, 6), viewer=st.sampled_from((None, *ACTORS)))


async def test_the_planted_graph_answers_as_the_reference(graph: Graph) -> None:
    """hypothesis runs its examples in a thread of its own; each is handed back to the loop that the graph belongs to."""
    import asyncio

    import anyio.to_thread

    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        derandomize=not DEEP,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        # shrinking a world takes minutes
        phases=tuple(Phase) if DEEP else (Phase.explicit, Phase.generate),
    )
    @given_world
    def prove(question: tuple[World, list[str]], radius: int, hops: int, viewer: str | None) -> None:
        world, seeds, codes = fresh(*question)
        asyncio.run_coroutine_threadsafe(compare(graph, world, seeds, radius, codes[viewer] if viewer else None, hops), loop).result()

    await anyio.to_thread.run_sync(prove)


async def compare(graph: Graph, world: World, seeds: list[str], radius: int, viewer: str | None, hops: int) -> None:
    await plant(graph, world)
    system = PlantedSystem(graph)
    tolerance = oracle.T_DEFAULT
    found, right = await system.forward(seeds, viewer), oracle.forward(world, seeds, tolerance, viewer)
    assert comparable(found) == comparable(right)
    await within(graph, "forward", right, seeds, viewer, hops)
    assert await system.recall(seeds, radius, viewer) == oracle.recall_radius(world, seeds, radius, tolerance, viewer)
    if viewer is None:
        edges_agree(found, right, seeds)
    found, right = await system.backward(seeds, viewer), oracle.backward(world, seeds, tolerance, viewer)
    assert comparable(found) == comparable(right)
    await within(graph, "backward", right, seeds, viewer, hops)
    if viewer is None:
        edges_agree(found, right, seeds)
        assert await system.common(seeds) == oracle.common_sources(world, seeds, tolerance)


async def within(graph: Graph, direction: str, right: oracle.Lineage, seeds: list[str], viewer: str | None, hops: int) -> None:
    """The same question with a limit of hops: all that lies within it, and a gap where anything lies beyond."""
    limited = PlantedSystem(graph, Limits(hops=hops))
    found = comparable(await (limited.forward if direction == "forward" else limited.backward)(seeds, viewer))
    whole = comparable(right)
    assert found["nodes"] == {record: label for record, label in whole["nodes"].items() if label[1] <= hops}
    assert found["hidden"] == Counter({label: count for label, count in whole["hidden"].items() if label[1] <= hops})
    reached = [distance for _, distance in (*whole["nodes"].values(), *whole["hidden"].elements())] + list(whole["queries"].elements())
    assert max(reached, default=0) <= hops or any(cause == "HOP_LIMIT" for cause, _ in found["gaps"])


def edges_agree(found: oracle.Lineage, right: oracle.Lineage, seeds: list[str]) -> None:
    """Beside the reference's edges there are those of parents, and those that join a seed to the items that it stands for."""
    assert right["edges"] <= found["edges"]
    for source, target, kind, _ in found["edges"] - right["edges"]:
        assert kind == "CONTAINS" or source in seeds or target in seeds
        assert {source, target} <= found["nodes"].keys() | set(seeds)
