"""Nobody can tell what they may not know (docs/decisions/0011-what-a-viewer-can-learn.md): two graphs that differ in that alone
give the same bytes for every operation. MILKLINE_HYPOTHESIS=deep asks of many more pairs, and of others each time; `pytest -m deep` asks
whether the test would find a scope that lacks a condition."""

import os
from collections.abc import Iterator

import pytest

from graph import lookup
from graph.engine.driver import Graph
from graph.regions import bounded
from tests.leaks.asking import answers, establish
from tests.leaks.cases import Case, cases
from tests.leaks.extras import NOW
from tests.leaks.questions import Asked
from tests.leaks.sabotage import broken_ones, find, is_guarded

pytestmark = pytest.mark.anyio
DEEP = os.environ.get("MILKLINE_HYPOTHESIS") == "deep"
PAIRS, QUESTIONS, PAGES = 24, 24, 2
MANY = 600
ASKED_AGAIN = 10


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lookup.time, "time_ns", lambda: NOW * 1_000_000)
    yield


async def test_what_is_hidden_makes_no_difference(graph: Graph) -> None:
    compared = 0
    for case in cases(MANY if DEEP else PAIRS, QUESTIONS, fresh=DEEP):
        compared += await compare(graph, case)
    assert compared > PAIRS * QUESTIONS


async def compare(graph: Graph, case: Case) -> int:
    """How many operations were compared."""
    both: list[list[tuple[Asked, bytes]]] = []
    for side in case.pair.sides:
        await establish(graph, side)
        assert await bounded(graph, case.pair.actor) == case.pair.actor
        both.append(await answers(graph, case.pair.actor, side, case.questions, PAGES))
    for (question, one), (_, other) in zip(*both, strict=True):
        assert one == other, (case.pair.actor, question)
    return len(both[0])


@pytest.mark.deep
async def test_every_condition_of_a_scope_is_missed_when_it_is_taken_out(graph: Graph) -> None:
    """By the pairs of the test above, but for those that have a second check."""
    ones = broken_ones()
    for case in cases(PAIRS, QUESTIONS, fresh=False):
        await find(graph, case, ones, PAGES, ASKED_AGAIN)
    missed = [f"{one.name} {one.what}, asked {one.asked} times" for one in ones if one.found is None and not is_guarded(one)]
    assert not missed, "\n".join(missed)
