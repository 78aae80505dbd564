"""The lineage functions against the reference on planted random worlds: the same questions as over HTTP, many times faster."""

import itertools
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.engine.driver import Graph
from tests.planting import PlantedSystem, plant
from tests.reference import oracle
from tests.reference.system import comparable
from tests.reference.world import World, relabel, relabel_id
from tests.reference.worlds import ACTORS, SYMBOLS, questions

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


given_world = given(question=questions(), radius=st.integers(0, 3), viewer=st.sampled_from((None, *ACTORS)))


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
    def prove(question: tuple[World, list[str]], radius: int, viewer: str | None) -> None:
        world, seeds, codes = fresh(*question)
        asyncio.run_coroutine_threadsafe(compare(graph, world, seeds, radius, codes[viewer] if viewer else None), loop).result()

    await anyio.to_thread.run_sync(prove)


async def compare(graph: Graph, world: World, seeds: list[str], radius: int, viewer: str | None) -> None:
    await plant(graph, world)
    system = PlantedSystem(graph)
    tolerance = oracle.T_DEFAULT
    found, right = await system.forward(seeds, viewer), oracle.forward(world, seeds, tolerance, viewer)
    assert comparable(found) == comparable(right)
    if viewer is None:
        edges_agree(found, right, seeds)
    found, right = await system.backward(seeds, viewer), oracle.backward(world, seeds, tolerance, viewer)
    assert comparable(found) == comparable(right)
    if viewer is None:
        edges_agree(found, right, seeds)
        assert await system.recall(seeds, radius) == oracle.recall_radius(world, seeds, radius, tolerance)
        assert await system.common(seeds) == oracle.common_sources(world, seeds, tolerance)


def edges_agree(found: oracle.Lineage, right: oracle.Lineage, seeds: list[str]) -> None:
    """Beside the reference's edges there are those of parents, and those that join a seed to the items that it stands for."""
    assert right["edges"] <= found["edges"]
    for source, target, kind, _ in found["edges"] - right["edges"]:
        assert kind == "CONTAINS" or source in seeds or target in seeds
        assert {source, target} <= found["nodes"].keys() | set(seeds)
