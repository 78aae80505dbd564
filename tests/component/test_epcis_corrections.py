"""Events that were declared wrong: until all that corrects them has come, answers about their goods are incomplete."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.exchange.epcis.hashing import event_hash
from graph.engine.driver import Graph
from graph.lineage.trace import backward
from tests import engines
from tests.component.test_epcis_custody import (
    BUYER,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    lot,
    lot_id,
    made,
    shipped,
)
from tests.component.test_epcis_untold import ALL, LIMITS, bound_for_nobody, forward_gaps, recall_gaps, untold
from tests.epcis import document, read

RIGHT, OTHER_RIGHT, ALSO = (f"urn:uuid:6901234a-0000-4000-8000-00000000000{digit}" for digit in "123")


def declared(wrong: dict[str, Any], *corrective: str) -> dict[str, Any]:
    named = {"correctiveEventIDs": list(corrective)} if corrective else {}
    return wrong | {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": "incorrect_data"} | named}


@pytest.mark.parametrize("wrong", [bound_for_nobody(can(1)), shipped(can(1))], ids=["untold", "recorded"])
async def test_an_event_that_was_corrected_is_in_question_until_the_corrective_event_comes(graph: Graph, wrong: dict[str, Any]):
    await capture(graph, commissioned(1), wrong)
    before = await forward_gaps(graph, lot_id("A1"))
    await capture(graph, declared(wrong))
    assert await forward_gaps(graph, lot_id("A1")) == before
    [outcome] = await capture(graph, declared(wrong, RIGHT))
    assert f"kept; {RIGHT} has not come" in outcome.notes[1].message
    for gaps in (
        await forward_gaps(graph, lot_id("A1")),
        await recall_gaps(graph, can_id(1)),
        untold((await backward(graph, ALL, [can_id(1)], LIMITS)).gaps),
    ):
        [gap] = gaps
        assert gap.at == can_id(1)
        assert gap.detail.startswith(
            f"a captured event of {can_id(1)} was declared wrong, and one that is to correct it has not come: ni:///sha-256;"
        )
    await capture(graph, shipped(can(9)) | {"eventID": RIGHT}, actor=BUYER)
    assert [gap.at for gap in await forward_gaps(graph, lot_id("A1"))] == [can_id(1)], "another's event is not the one"
    again = await capture(graph, declared(wrong, RIGHT), wrong)
    assert "has not come" in again[0].notes[1].message
    assert [gap.at for gap in await recall_gaps(graph, lot_id("A1"))][:1] == [can_id(1)]


@pytest.mark.parametrize("by", ["its ID", "its hash", "a further ID"])
@pytest.mark.parametrize("first", [False, True])
async def test_the_corrective_event_clears_it_whenever_it_comes(graph: Graph, by: str, first: bool):
    wrong, right = bound_for_nobody(can(1)), shipped(can(1))
    [item] = read(document(right))
    assert item.value is not None
    name = event_hash(item.value) if by == "its hash" else RIGHT
    calls = [[right | {"eventID": OTHER_RIGHT}, right | {"eventID": RIGHT}]] if by == "a further ID" else [[right | {"eventID": RIGHT}]]
    await capture(graph, commissioned(1), wrong)
    for call in [*calls, [declared(wrong, name)]] if first else [[declared(wrong, name)], *calls]:
        assert await forward_gaps(graph, lot_id("A1"))
        await capture(graph, *call)
    assert not await forward_gaps(graph, lot_id("A1"))
    assert not await recall_gaps(graph, lot_id("A1"))


async def test_all_corrective_events_have_to_come(graph: Graph):
    wrong = bound_for_nobody(can(1), can(2))
    await capture(graph, commissioned(1, 2), wrong, declared(wrong, RIGHT, OTHER_RIGHT))
    await capture(graph, shipped(can(1)) | {"eventID": RIGHT})
    assert len(await forward_gaps(graph, lot_id("A1"))) == 1
    await capture(graph, declared(wrong, RIGHT, OTHER_RIGHT))
    assert len(await forward_gaps(graph, lot_id("A1"))) == 1
    await capture(graph, shipped(can(2)) | {"eventID": OTHER_RIGHT})
    assert not await forward_gaps(graph, lot_id("A1"))


async def test_no_event_corrects_itself(graph: Graph):
    wrong = bound_for_nobody(can(1)) | {"eventID": RIGHT}
    await capture(graph, commissioned(1), wrong, declared(wrong, RIGHT))
    await capture(graph, wrong)
    assert len(await forward_gaps(graph, lot_id("A1"))) == 1


async def test_an_event_that_was_declared_wrong_without_another_keeps_its_gap_when_it_is_told_again(graph: Graph):
    wrong = bound_for_nobody(can(1))
    await capture(graph, commissioned(1), wrong, declared(wrong))
    await capture(graph, wrong)
    assert len(await forward_gaps(graph, lot_id("A1"))) == 1


ORDERS = [*permutations(("wrong", "declared wrong", "right", "declared wrong too"))]


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_corrective_event_that_was_declared_wrong_corrects_nothing(graph: Graph, at_once: bool):
    """Whatever comes first: where it was not recorded, the goods stay in question."""
    wrong, right = bound_for_nobody(can(1)), shipped(can(1)) | {"eventID": RIGHT}
    told = {"wrong": wrong, "declared wrong": declared(wrong, RIGHT), "right": right, "declared wrong too": declared(right)}
    for order in ORDERS:
        await engines.wipe(graph)
        await capture(graph, commissioned(1))
        for call in [order] if at_once else [[one] for one in order]:
            await capture(graph, *(told[one] for one in call))
        assert await edges(graph, "SHIPPED_IN") or await forward_gaps(graph, lot_id("A1")), order
        if order.index("declared wrong too") < order.index("right"):
            assert not await edges(graph, "SHIPPED_IN"), order
        await capture(graph, declared(wrong, RIGHT), right)
        assert await edges(graph, "SHIPPED_IN") or await forward_gaps(graph, lot_id("A1")), order


async def test_a_corrective_event_corrects_nothing_from_when_it_is_declared_wrong(graph: Graph):
    """Until what is right instead of it has come, though it is about other goods."""
    wrong, first, second = bound_for_nobody(can(1)), shipped(can(2)) | {"eventID": RIGHT}, shipped(can(1)) | {"eventID": OTHER_RIGHT}
    await capture(graph, commissioned(1, 2), wrong, declared(wrong, RIGHT))
    for correction in ([], [OTHER_RIGHT]):
        await capture(graph, first)
        assert (await forward_gaps(graph, lot_id("A1")) == ()) is not correction
        await capture(graph, declared(first, *correction))
        assert can_id(1) in {gap.at for gap in await forward_gaps(graph, lot_id("A1"))}
    await capture(graph, second)
    assert not await forward_gaps(graph, lot_id("A1"))


async def test_events_that_are_to_correct_each_other_correct_nothing(graph: Graph):
    one = bound_for_nobody(can(1)) | {"eventID": RIGHT}
    other = bound_for_nobody(can(1)) | {"eventID": ALSO, "eventTimeZoneOffset": "+07:00"}
    told = [one, other, declared(one, ALSO), declared(other, RIGHT)]
    for order in permutations(told):
        await engines.wipe(graph)
        await capture(graph, commissioned(1))
        for call in order:
            await capture(graph, call)
        assert await forward_gaps(graph, lot_id("A1")), order


async def test_a_corrective_event_may_be_corrected_itself(graph: Graph):
    wrong, first, second = bound_for_nobody(can(1)), shipped(can(2)) | {"eventID": RIGHT}, shipped(can(1)) | {"eventID": OTHER_RIGHT}
    told = [wrong, declared(wrong, RIGHT), first, declared(first, OTHER_RIGHT), second]
    for order in permutations(told):
        await engines.wipe(graph)
        await capture(graph, commissioned(1, 2))
        for one in order:
            await capture(graph, one)
        assert not await forward_gaps(graph, lot_id("A1")), order


async def test_batches_and_lots_of_a_wrong_event_are_in_question_too(graph: Graph):
    wrong = made(lot("L"), outputQuantityList=[{"epcClass": lot("A1"), "quantity": 5}])
    await capture(graph, wrong, declared(wrong, RIGHT))
    assert [gap.at for gap in untold((await backward(graph, ALL, [lot_id("A1")], LIMITS)).gaps)] == [lot_id("A1")]
    assert await forward_gaps(graph, lot_id("L"))
    begun = commissioned(7, number="B7")
    await capture(graph, begun, declared(begun, ALSO))
    assert await forward_gaps(graph, lot_id("B7"))


async def test_an_event_that_was_declared_wrong_records_nothing_again(graph: Graph):
    wrong = shipped(can(1))
    declaration = {"declarationTime": "2026-03-15T00:00:00Z", "reason": "incorrect_data"}
    await capture(graph, commissioned(1), wrong)
    [told] = await capture(graph, wrong | {"errorDeclaration": declaration})
    [again] = await capture(graph, wrong)
    assert "it was declared wrong" in again.notes[0].message
    assert told.notes != again.notes
    nowhere = bound_for_nobody(can(1))
    await capture(graph, nowhere, nowhere | {"errorDeclaration": declaration | {"correctiveEventIDs": [RIGHT]}})
    await capture(graph, wrong | {"disposition": "in_transit", "eventID": RIGHT})
    await capture(graph, nowhere)
    assert not await recall_gaps(graph, lot_id("A1"))


IDS = tuple(f"urn:uuid:6901234a-0000-4000-8000-1000000000{digits:02}" for digits in range(4))
EVENTS = tuple(shipped(can(number)) | {"eventID": name} for number, name in enumerate(IDS))
HASHES = tuple(event_hash(item.value) for told in EVENTS for item in read(document(told)) if item.value is not None)
Declared = tuple[int, tuple[int, ...]]
"""An event, and those that are to correct it."""


def doubtful(events: Iterable[int], declarations: Sequence[Declared]) -> set[int]:
    """Naively: of which of the events it is untold where their goods went."""
    there = set(events)
    wrong = {about for about, _ in declarations}
    right, more = there - wrong, True
    while more:
        instead = {one: {corrective for about, named in declarations if about == one for corrective in named} for one in wrong & there}
        more = {one for one, named in instead.items() if named and named <= right} - right
        right |= more
    return {about for about, named in declarations if any(one not in right or one == about for one in named)}


declarations = st.tuples(st.sampled_from(range(4)), st.lists(st.sampled_from(range(4)), max_size=2, unique=True).map(tuple))
histories = st.lists(st.one_of(st.sampled_from(range(4)), declarations), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.lists(st.sampled_from([IDS, HASHES]), min_size=4, max_size=4))
async def test_what_is_in_question_is_what_nothing_right_has_come_of(graph: Graph, told: list[int | Declared], names: list[Any]) -> None:
    await engines.wipe(graph)
    await capture(graph, commissioned(*range(4)))
    for count, one in enumerate(told, 1):
        called = [by[place] for place, by in enumerate(names)]
        await capture(graph, EVENTS[one] if isinstance(one, int) else declared(EVENTS[one[0]], *(called[each] for each in one[1])))
        before = told[:count]
        wanted = doubtful((each for each in before if isinstance(each, int)), [each for each in before if not isinstance(each, int)])
        assert {gap.at for gap in await forward_gaps(graph, lot_id("A1"))} == {can_id(number) for number in wanted}
