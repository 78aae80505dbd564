"""The random worlds keep the write rules, their calls bring them about, and the oracle's two directions agree on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from .calls import REPEATABLE, calls, world_of
from .facts import Facts
from .ladders import ladder, rework_loop
from .oracle import backward, common_sources, forward, neighbours, readable_seeds, recall_radius
from .validity import breaches
from .world import World, kind_of, recorded_ids, referred_ids, relabel
from .worlds import ARRIVALS, SYMBOLS, questions, worlds

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def contents(world: World) -> dict[str, Counter[Any]]:
    """A world without the order of its records and without its own names for the look-ups."""
    tables: dict[str, Counter[Any]] = {field.name: Counter(getattr(world, field.name)) for field in fields(world)}
    return {**tables, "queries": Counter(query.package for query in world.queries)}


@QUICK
@given(worlds())
def test_a_world_keeps_the_write_rules(world: World) -> None:
    assert breaches(world) == []


@pytest.mark.parametrize("world", [ladder("LADD"), rework_loop("LOOP"), rework_loop("LOOP", -1_800_000)])
def test_a_fixed_world_keeps_the_write_rules(world: World) -> None:
    assert breaches(world) == []


@QUICK
@given(worlds(), ARRIVALS)
def test_calls_bring_the_world_about(world: World, arrival: int) -> None:
    assert contents(world_of(calls(world, arrival))) == contents(world)


@QUICK
@given(worlds(), ARRIVALS, st.integers(0, 60))
def test_the_first_few_calls_are_a_world_too(world: World, arrival: int, few: int) -> None:
    told = calls(world, arrival)[:few]
    assert breaches(world_of(told)) == []
    assert all(call.records for call in told)


@QUICK
@given(worlds(), ARRIVALS)
def test_only_repeatable_calls_come_twice(world: World, arrival: int) -> None:
    told = Counter(repr(call) for call in calls(world, arrival) if call.mutation not in REPEATABLE and call.mutation != "resolve")
    assert all(times == 1 for times in told.values())


@QUICK
@given(questions())
def test_other_codes_make_no_difference(question: tuple[World, list[str]]) -> None:
    world, _ = question
    codes = {symbol: f"E00001{symbol[0]}" for symbol in SYMBOLS}
    there = relabel(world, codes)
    assert relabel(there, {code: symbol for symbol, code in codes.items()}) == world
    assert not any(symbol in repr(there) for symbol in SYMBOLS)


UPSTREAM = {"ENTERPRISE", "FARM", "MILK_DELIVERY", "INGREDIENT_LOT", "PRODUCTION_BATCH"}


@QUICK
@given(worlds())
def test_forward_and_backward_find_the_same_pairs_at_the_same_distance(world: World) -> None:
    """From what is upstream to a batch or an item, the same walk can be read either way."""
    items = {package.id for package in world.packages if package.level == "ITEM"}
    ends = {one for one in recorded_ids(world) if kind_of(one) in UPSTREAM or one in items}
    down = {(one, node, at) for one in ends for node, (_, at) in forward(world, [one])["nodes"].items() if node in ends}
    up = {(node, one, at) for one in ends for node, (_, at) in backward(world, [one])["nodes"].items() if node in ends}
    assert down == up


@QUICK
@given(questions())
def test_answers_agree_with_themselves(question: tuple[World, list[str]]) -> None:
    world, seeds = question
    everything = recorded_ids(world)
    for answer in (forward(world, seeds), backward(world, seeds)):
        assert set(answer["nodes"]) <= everything
        assert sum(answer["counts"].values()) == len(answer["nodes"])
        assert not answer["hidden"]
        assert all({source, target} <= set(answer["nodes"]) | set(seeds) for source, target, _, _ in answer["edges"])
    scores = [one["score"] for one in common_sources(world, seeds)]
    assert scores == sorted(scores, reverse=True)
    smaller = recall_radius(world, seeds, 0)
    for radius in range(1, 4):
        larger = recall_radius(world, seeds, radius)
        assert smaller["items"] <= larger["items"]
        assert smaller["gaps"] <= larger["gaps"]
        assert {batch: ring for batch, (ring, _, _) in smaller["batches"].items()}.items() <= {
            batch: ring for batch, (ring, _, _) in larger["batches"].items()
        }.items()
        assert len(larger["items"]) == larger["itemCount"] == sum(larger["whereabouts"].values())
        smaller = larger


@QUICK
@given(questions(), st.sampled_from(SYMBOLS[:4]))
def test_a_viewer_is_shown_its_own_and_told_of_the_rest(question: tuple[World, list[str]], viewer: str) -> None:
    world, seeds = question
    near = neighbours(Facts(world), viewer)
    own = sorted(readable_seeds(Facts(world), seeds, viewer)[0])
    for ask in (forward, backward):
        seen, whole = ask(world, seeds, viewer=viewer), ask(world, own)
        assert seen["nodes"].items() <= whole["nodes"].items()
        assert all(record.split("/")[1] == viewer or record in near for record in seen["nodes"])
        assert Counter(seen["nodes"].values()) + seen["hidden"] == Counter(whole["nodes"].values())


def _met(question: tuple[World, list[str]], what: str) -> bool:
    """Whether a world has something that the strategies must be able to produce."""
    world, seeds = question
    down = forward(world, seeds)
    recorded = recorded_ids(world)
    match what:
        case "a site is reached":
            return any(kind == "SITE" for kind, _ in down["nodes"].values())
        case "a destination has not come":
            return any(at and at.startswith("site/") and at not in seeds for _, at in down["gaps"])
        case "an item is in two levels when shipped":
            kinds = [record for record, (kind, _) in down["nodes"].items() if kind == "PACKAGE" and "/c." in record]
            return len(kinds) > 1 and any(kind == "SHIPMENT" for kind, _ in down["nodes"].values())
        case "a batch is reached round a ring":
            return any(seed in down["nodes"] and seed.startswith("batch/") for seed in seeds)
        case "a third ring":
            return any(ring == 3 for ring, _, _ in recall_radius(world, seeds, 3)["batches"].values())
        case "a seed leads on though it has not come":
            return bool(down["nodes"]) and all(seed not in recorded for seed in seeds)
        case "a missing package in a seed":
            return any(at and at.startswith("package/") and at not in seeds for _, at in backward(world, seeds)["gaps"])
        case "a receipt lists something missing":
            return any(receipt.missing for receipt in world.receipts)
        case "a shipment has not come and its receipt has":
            return any(receipt.shipment not in recorded for receipt in world.receipts)
        case "a record of everyone refers elsewhere":
            return len({one.split("/")[1] for one in referred_ids(world) - recorded}) > 1
        case "sold, in stock and in transit at once":
            whereabouts = recall_radius(world, seeds, 1)["whereabouts"]
            return all(whereabouts[state] for state in ("sold", "inStock", "inTransit"))
        case _:
            raise ValueError(what)


@pytest.mark.parametrize(
    "what",
    [
        "a site is reached",
        "a destination has not come",
        "an item is in two levels when shipped",
        "a batch is reached round a ring",
        "a third ring",
        "a seed leads on though it has not come",
        "a missing package in a seed",
        "a receipt lists something missing",
        "a shipment has not come and its receipt has",
        "a record of everyone refers elsewhere",
        "sold, in stock and in transit at once",
    ],
)
def test_the_strategies_reach(what: str) -> None:
    everything = settings(
        max_examples=5_000,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    find(questions(), lambda question: _met(question, what), settings=everything)
