"""Whether the system answers the lineage questions as the reference does, on random worlds arriving in random order.

The fixture `lineage_system` (a tests.reference.system.System with an empty database behind it) serves a whole module: each example
takes enterprise codes that no other has. MILKLINE_HYPOTHESIS=deep asks seventy times as often, and of other worlds each time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.reference.calls import calls, world_of
from tests.reference.ladders import HOUR, ladder, rework_loop
from tests.reference.oracle import Lineage, Recall, Shared, backward, common_sources, forward, recall_radius
from tests.reference.system import System, comparable, comparable_recall
from tests.reference.world import World, kind_of, owner_of, recorded_ids, referred_ids, relabel, relabel_id
from tests.reference.worlds import ACTORS, ARRIVALS, SYMBOLS, questions, seeds_of, worlds

pytestmark = pytest.mark.anyio

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "lineage-ci",
    max_examples=40,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    print_blob=True,
    suppress_health_check=_QUIET,
)
settings.register_profile("lineage-deep", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=_QUIET)
PROFILE = settings.get_profile(f"lineage-{os.environ.get('MILKLINE_HYPOTHESIS', 'ci')}")
FEW = settings(PROFILE, max_examples=PROFILE.max_examples // 5)

RADII = st.integers(0, 3)
PROCESS_EDGES = {"SUPPLIED", "CONSUMED_BY", "PACKED_INTO"}
_examples = count(1)


def fresh_codes() -> dict[str, str]:
    """Codes for one example: AAAA becomes E00001A in the first, E00002A in the second."""
    number = next(_examples)
    return {symbol: f"E{number:05}{symbol[0]}" for symbol in SYMBOLS}


async def told(system: System, world: World, arrival: int, seeds: Sequence[str] = ()) -> tuple[World, list[str]]:
    """Records a world under fresh codes; the world and the seeds as they then are."""
    codes = fresh_codes()
    note(f"codes: {codes}")
    there = relabel(world, codes)
    await system.record(calls(there, arrival))
    return there, [relabel_id(seed, codes) for seed in seeds]


def same_lineage(found: Lineage, expected: Lineage) -> None:
    assert comparable(found) == comparable(expected)


def same_edges(found: Lineage, expected: Lineage) -> None:
    """No edge from farm to item that does not lead on, and for each record that such edges lead to or from, at least one of them."""
    shown = {edge for edge in found["edges"] if edge[2] in PROCESS_EDGES}
    meant = {edge for edge in expected["edges"] if edge[2] in PROCESS_EDGES}
    assert shown <= meant
    assert {end for edge in shown for end in edge[:2]} == {end for edge in meant for end in edge[:2]}


def same_recall(found: Recall, expected: Recall) -> None:
    assert found == expected


def same_sources(found: list[Shared], expected: list[Shared]) -> None:
    assert [{**one, "score": round(one["score"], 9)} for one in found] == [{**one, "score": round(one["score"], 9)} for one in expected]


@PROFILE
@given(question=questions(), arrival=ARRIVALS)
async def test_forward(lineage_system: System, question: tuple[World, list[str]], arrival: int) -> None:
    world, seeds = await told(lineage_system, question[0], arrival, question[1])
    expected = forward(world, seeds)
    found = await lineage_system.forward(seeds)
    same_lineage(found, expected)
    same_edges(found, expected)


@PROFILE
@given(question=questions(), arrival=ARRIVALS)
async def test_backward(lineage_system: System, question: tuple[World, list[str]], arrival: int) -> None:
    world, seeds = await told(lineage_system, question[0], arrival, question[1])
    expected = backward(world, seeds)
    found = await lineage_system.backward(seeds)
    same_lineage(found, expected)
    same_edges(found, expected)


@PROFILE
@given(question=questions(), arrival=ARRIVALS, viewer=st.sampled_from(ACTORS))
async def test_who_may_not_see_all(lineage_system: System, question: tuple[World, list[str]], arrival: int, viewer: str) -> None:
    """The seeds drawn, which may be others', and then all of the viewer's own together."""
    here, symbols = question
    viewer = viewer if viewer in here.enterprises else here.enterprises[0]
    own = sorted(one for one in recorded_ids(here) if owner_of(one) == viewer and kind_of(one) != "CONSUMER_QUERY")
    world, placed = await told(lineage_system, here, arrival, [*symbols, *own, f"enterprise/{viewer}"])
    code = owner_of(placed[-1])
    for seeds in (placed[: len(symbols)], placed[len(symbols) : -1]):
        same_lineage(await lineage_system.forward(seeds, code), forward(world, seeds, viewer=code))
        same_lineage(await lineage_system.backward(seeds, code), backward(world, seeds, viewer=code))
        found, right = await lineage_system.recall(seeds, 1, code), recall_radius(world, seeds, 1, viewer=code)
        assert comparable_recall(found) == comparable_recall(right)


@PROFILE
@given(question=questions(), arrival=ARRIVALS, radius=RADII)
async def test_recall_radius(lineage_system: System, question: tuple[World, list[str]], arrival: int, radius: int) -> None:
    world, seeds = await told(lineage_system, question[0], arrival, question[1])
    same_recall(await lineage_system.recall(seeds, radius), recall_radius(world, seeds, radius))


@PROFILE
@given(question=questions(most=5), arrival=ARRIVALS)
async def test_common_sources(lineage_system: System, question: tuple[World, list[str]], arrival: int) -> None:
    """The seeds drawn, and then all items and batches together."""
    here, symbols = question
    makes = sorted(one for one in recorded_ids(here) if kind_of(one) in ("PACKAGE", "PRODUCTION_BATCH"))
    world, placed = await told(lineage_system, here, arrival, [*symbols, *makes])
    for seeds in (placed[: len(symbols)], placed[len(symbols) :]):
        if seeds:
            same_sources(await lineage_system.common(seeds), common_sources(world, seeds))


@PROFILE
@given(question=questions(), arrival=ARRIVALS, part=st.integers(0, 50))
async def test_a_world_half_told(lineage_system: System, question: tuple[World, list[str]], arrival: int, part: int) -> None:
    """After any number of calls the answers are those of what has come so far, and after all of them those of the whole."""
    codes = fresh_codes()
    note(f"codes: {codes}")
    world, seeds = relabel(question[0], codes), [relabel_id(seed, codes) for seed in question[1]]
    every = calls(world, arrival)
    for told_now, so_far in ((every[:part], every[:part]), (every[part:], every)):
        await lineage_system.record(told_now)
        known = world_of(so_far)
        same_lineage(await lineage_system.forward(seeds), forward(known, seeds))
        same_lineage(await lineage_system.backward(seeds), backward(known, seeds))
        same_recall(await lineage_system.recall(seeds, 1), recall_radius(known, seeds, 1))


@FEW
@given(world=worlds(), arrival=ARRIVALS)
async def test_every_record_as_a_seed(lineage_system: System, world: World, arrival: int) -> None:
    there, _ = await told(lineage_system, world, arrival)
    queries = {query.id for query in there.queries}
    for seed in sorted((recorded_ids(there) | referred_ids(there)) - queries):
        same_lineage(await lineage_system.forward([seed]), forward(there, [seed]))
        same_lineage(await lineage_system.backward([seed]), backward(there, [seed]))
        same_recall(await lineage_system.recall([seed], 1), recall_radius(there, [seed], 1))


@FEW
@given(question=questions(), arrival=ARRIVALS, page_size=st.integers(1, 4))
async def test_small_pages(lineage_system: System, question: tuple[World, list[str]], arrival: int, page_size: int) -> None:
    world, seeds = await told(lineage_system, question[0], arrival, question[1])
    whole_page, lineage_system.page_size = lineage_system.page_size, page_size
    try:
        same_lineage(await lineage_system.forward(seeds), forward(world, seeds))
        same_lineage(await lineage_system.backward(seeds), backward(world, seeds))
        same_recall(await lineage_system.recall(seeds, 1), recall_radius(world, seeds, 1))
    finally:
        lineage_system.page_size = whole_page


@FEW
@given(world=worlds(), arrival=ARRIVALS)
async def test_look_ups(lineage_system: System, world: World, arrival: int) -> None:
    """From a look-up, whose ID only the system knows: by way of each item that was looked up once."""
    there, _ = await told(lineage_system, world, arrival)
    looked_up = [query.package for query in there.queries]
    for query in there.queries:
        down = await lineage_system.forward([query.package])
        names = [record for record, (kind, _) in down["nodes"].items() if kind == "CONSUMER_QUERY"]
        if looked_up.count(query.package) == 1 and query.package in {one.id for one in there.packages if one.level == "ITEM"}:
            assert len(names) == 1
            same_lineage(await lineage_system.forward(names), forward(there, [query.id]))
            same_lineage(await lineage_system.backward(names), backward(there, [query.id]))
            same_recall(await lineage_system.recall(names, 1), recall_radius(there, [query.id], 1))


@FEW
@given(world=worlds(), arrivals=st.lists(ARRIVALS, min_size=2, max_size=2, unique=True), data=st.data())
async def test_times_decide_and_not_the_order_of_arrival(
    lineage_system: System, world: World, arrivals: list[int], data: st.DataObject
) -> None:
    seeds = data.draw(seeds_of(world))
    answers: list[Recall] = []
    for arrival in arrivals:
        there, placed = await told(lineage_system, world, arrival, seeds)
        answers.append(await lineage_system.recall(placed, 2))
        same_recall(answers[-1], recall_radius(there, placed, 2))
    assert [answer["whereabouts"] for answer in answers] == [answers[0]["whereabouts"]] * 2
    assert len({answer["itemCount"] for answer in answers}) == 1


async def test_a_ladder_of_ten_lots_by_twenty_stages(lineage_system: System) -> None:
    code = fresh_codes()["AAAA"]
    world = ladder(code)
    await lineage_system.record(calls(world, 1))
    item, lot = f"package/{code}/I00", f"lot/{code}/L00"
    same_lineage(await lineage_system.backward([item]), backward(world, [item]))
    same_lineage(await lineage_system.forward([lot]), forward(world, [lot]))
    same_recall(await lineage_system.recall([f"batch/{code}/S18-00"], 2), recall_radius(world, [f"batch/{code}/S18-00"], 2))
    seeds = [item, f"package/{code}/I01", f"batch/{code}/S10-00"]
    same_sources(await lineage_system.common(seeds), common_sources(world, seeds))


@pytest.mark.parametrize("back_after", [HOUR, 0, -HOUR // 2, -HOUR // 2 - 1, -2 * HOUR])
async def test_a_rework_loop(lineage_system: System, back_after: int) -> None:
    world = rework_loop(fresh_codes()["AAAA"], back_after)
    await lineage_system.record(calls(world, 1))
    for seed in sorted(recorded_ids(world)):
        same_lineage(await lineage_system.forward([seed]), forward(world, [seed]))
        same_lineage(await lineage_system.backward([seed]), backward(world, [seed]))
        same_recall(await lineage_system.recall([seed], 2), recall_radius(world, [seed], 2))
