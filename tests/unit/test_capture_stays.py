"""What aggregations do to stays, and may not do."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.capture.events import Applied, Event, apply_events
from graph.capture.stays import Recommissioned, Stay, Taken, recommission
from graph.model.problems import Problem, ProblemCode
from graph.model.times import STILL
from tests.pauses import longest_stretch

T = TypeVar("T")
PARENTS = ("P", "Q", "R")
CHILDREN = ("a", "b", "c")

instants = st.integers(0, 12)
events = st.lists(
    st.builds(
        lambda parent, children, adds, at: (parent, tuple(children), adds, at),
        st.sampled_from(PARENTS),
        st.lists(st.sampled_from(CHILDREN), min_size=1, max_size=3, unique=True),
        st.booleans(),
        instants,
    ),
    max_size=12,
).map(lambda sent: [Event(index, *one) for index, one in enumerate(sent)])


@st.composite
def known_stays(draw: st.DrawFn) -> dict[str, list[Stay]]:
    """What a graph may hold: for each child, stays one after the other, the last one perhaps still open."""
    known: dict[str, list[Stay]] = {}
    for child in CHILDREN:
        times = sorted(draw(st.sets(instants, max_size=6)))
        pairs = list(zip(times[::2], times[1::2], strict=False))
        known[child] = [
            Stay(draw(st.sampled_from(PARENTS)), start, until, told > 0, told > 1)
            for (start, until), told in zip(pairs, draw(st.lists(st.integers(0, 2), min_size=3, max_size=3)), strict=False)
        ]
        if len(times) % 2 and draw(st.booleans()):
            known[child].append(Stay(draw(st.sampled_from(PARENTS)), times[-1]))
    return known


taken_back = st.fixed_dictionaries({child: st.lists(st.tuples(st.sampled_from(PARENTS), instants), max_size=2) for child in CHILDREN})


def same(name: str) -> str:
    return name


def applied_to(before: Mapping[str, Sequence[Stay]], sent: Sequence[Event], taken: Mapping[str, Sequence[Taken]] | None = None) -> Applied:
    return asyncio.run(apply_events(sent, before, same, taken))


def after(applied: Applied, before: dict[str, list[Stay]]) -> dict[str, list[Stay]]:
    return {child: list(applied.held[child].values()) if child in applied.held else before[child] for child in before}


@given(known_stays(), events)
def test_a_package_is_in_one_parent_at_a_time(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = applied_to(before, sent)
    for stays in after(applied, before).values():
        for one, other in combinations(stays, 2):
            assert not one.meets(other), (one, other)
        assert all(stay.start < stay.until for stay in stays)


@given(known_stays(), events)
def test_what_was_accepted_is_unchanged_the_next_time(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = applied_to(before, sent)
    accepted = [event for event in sent if event.index not in applied.problems]
    now = after(applied, before)
    again = applied_to(now, accepted, applied.taken)
    assert not again.problems
    assert not again.changed
    assert not list(again.differences(now))


@given(known_stays(), events)
def test_what_was_refused_has_no_effect(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = applied_to(before, sent)
    alone = applied_to(before, [event for event in sent if event.index not in applied.problems])
    assert not alone.problems
    assert alone.changed == applied.changed
    assert {child: sorted(map(str, stays)) for child, stays in after(alone, before).items()} == {
        child: sorted(map(str, stays)) for child, stays in after(applied, before).items()
    }


@given(known_stays(), events)
def test_the_order_in_the_call_decides_only_between_equal_times(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    apart = [event for place, event in enumerate(sent) if all(event.at != earlier.at for earlier in sent[:place])]
    turned = [Event(len(sent) - event.index, event.parent, event.children, event.adds, event.at) for event in apart]
    one, other = applied_to(before, apart), applied_to(before, turned)
    assert {len(sent) - index for index in one.problems} == set(other.problems)


@given(known_stays(), events)
def test_differences_lead_from_before_to_after(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = applied_to(before, sent)
    built = {child: set(stays) for child, stays in before.items()}
    for child, now, old in applied.differences(before):
        if old is not None:
            built[child].remove(old)
        built[child].add(now)
    assert built == {child: set(stays) for child, stays in after(applied, before).items()}


many_events = st.lists(
    st.builds(
        lambda parent, children, adds, at: (parent, tuple(children), adds, at),
        st.sampled_from(PARENTS),
        st.lists(st.sampled_from(CHILDREN), min_size=1, max_size=2, unique=True),
        st.integers(0, 2).map(bool),
        instants,
    ),
    max_size=30,
).map(lambda sent: [Event(index, *one) for index, one in enumerate(sent)])


@settings(max_examples=2_000 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 300, deadline=None)
@given(known_stays(), st.one_of(events, many_events), taken_back)
def test_what_is_said_of_other_children_makes_no_difference(
    before: dict[str, list[Stay]], sent: list[Event], taken: dict[str, list[Taken]]
) -> None:
    """The same once more of children with other names, in the same call: each half comes to what it comes to alone."""

    def other(event: Event) -> Event:
        return replace(event, index=event.index + len(sent), children=tuple(f"{child}'" for child in event.children))

    def doubled(of: dict[str, list[T]]) -> dict[str, list[T]]:
        return of | {f"{child}'": values for child, values in of.items()}

    alone = applied_to(before, sent, taken)
    both = applied_to(doubled(before), [one for event in sent for one in (event, other(event))], doubled(taken))
    assert {index: told for index, told in both.problems.items() if index < len(sent)} == alone.problems
    assert {index - len(sent) for index in both.problems if index >= len(sent)} == alone.problems.keys()
    assert both.changed == alone.changed | {index + len(sent) for index in alone.changed}
    assert {child: held for child, held in both.held.items() if child in before} == alone.held


@st.composite
def consistent_events(draw: st.DrawFn) -> list[Event]:
    """Each child goes in and comes out by turns; what several children do alike is one event."""
    alike: dict[tuple[str, bool, int, int], list[str]] = {}
    for child in CHILDREN:
        times = sorted(draw(st.sets(instants, max_size=8)))
        for start, until in zip(times[::2], [*times[1::2], None], strict=False):
            parent = draw(st.sampled_from(PARENTS))
            alike.setdefault((parent, True, start, draw(st.integers(0, 1))), []).append(child)
            if until is not None:
                alike.setdefault((parent, False, until, draw(st.integers(0, 1))), []).append(child)
    return [Event(index, parent, tuple(children), adds, at) for index, ((parent, adds, at, _), children) in enumerate(alike.items())]


@given(consistent_events(), st.data())
def test_the_order_of_the_calls_makes_no_difference(sent: list[Event], data: st.DataObject) -> None:
    """What is refused, since what has to be there before is not yet, is told again with the rest."""
    nothing: dict[str, list[Stay]] = {child: [] for child in CHILDREN}
    expected = applied_to(nothing, sent)
    assert not expected.problems
    now, taken = nothing, dict[str, Sequence[Taken]]()

    def tell(events: Sequence[Event]) -> list[Event]:
        nonlocal now, taken
        applied = applied_to(now, events, taken)
        now, taken = after(applied, now), {**taken, **applied.taken}
        return [event for event in events if event.index in applied.problems]

    left = data.draw(st.permutations(sent))
    for _ in range(data.draw(st.integers(0, 4))):
        calls = data.draw(st.integers(1, 4))
        left = [event for call in range(calls) for event in tell(left[call::calls])]
    while left:
        again = tell(left)
        assert len(again) < len(left), (again, now, taken)
        left = again
    assert {child: sorted(map(str, stays)) for child, stays in now.items()} == {
        child: sorted(map(str, stays)) for child, stays in after(expected, nothing).items()
    }
    again = applied_to(now, sent, taken)
    assert not again.problems
    assert not again.changed


@given(known_stays(), st.sampled_from((*PARENTS, None)), instants, taken_back)
def test_recommissioning_leaves_one_parent_at_a_time(
    before: dict[str, list[Stay]], parent: str | None, at: int, taken: dict[str, list[Taken]]
) -> None:
    stays = [
        Stay(stay.parent, stay.start, stay.until, stay is before["a"][0], stay is before["a"][0] and stay.added) for stay in before["a"]
    ]
    found = recommission(stays, parent, at, same, taken["a"])
    if isinstance(found, Problem):
        assert found.code in (ProblemCode.TIMES_OUT_OF_ORDER, ProblemCode.IN_ANOTHER_PARENT, ProblemCode.ALREADY_THERE)
        return
    told = [stay for stay in stays if not stay.commissioned or stay.added]
    now = [stay for stay in told if found.new is None or stay.key != found.new.key] + ([found.new] if found.new else [])
    assert not any(one.meets(other) for one, other in combinations(now, 2))
    assert {stay.key for stay in told} <= {stay.key for stay in now}, "what aggregations have told is there"
    if found.new is not None:
        assert (found.new.parent, found.new.start, found.new.commissioned) == (parent, at, True)


def test_a_first_commissioning() -> None:
    assert recommission([], None, 5, same) == Recommissioned(None, None)
    assert recommission([], "P", 5, same) == Recommissioned(None, Stay("P", 5, STILL, commissioned=True))
    assert recommission([Stay("P", 5, 9)], "P", 9, same) == Recommissioned(None, Stay("P", 9, STILL, commissioned=True))


def test_a_hidden_parent_is_not_named() -> None:
    applied = asyncio.run(apply_events([Event(0, "P", ("a",), True, 5)], {"a": [Stay("package/OTHER1/SECRET", 1)]}, lambda _: "another's"))
    assert "SECRET" not in applied.problems[0][0].message
    applied = asyncio.run(apply_events([Event(0, "P", ("a",), True, 5)], {"a": [Stay("package/OTHER1/SECRET", 8)]}, lambda _: "another's"))
    assert "SECRET" not in applied.problems[0][0].message


def test_many_wrong_events_take_no_time() -> None:
    """Each of 5,000 runs into a later stay: found in one pass and left out in the next, not one by one."""
    before = {f"c{number}": [Stay("Q", 100)] for number in range(5_000)}
    applied = applied_to(before, [Event(number, "P", (f"c{number}",), True, 5) for number in range(5_000)])
    assert len(applied.problems) == 5_000
    assert not applied.changed


def test_many_wrong_adds_of_one_child() -> None:
    """None of them ends before the known stay begins: each is left out, and only then the next one begins."""
    sent = [Event(number, f"P{number % 2}", ("a",), True, number) for number in range(100)]
    sent += [Event(100 + number, f"P{number % 2}", ("a", "b"), False, 100 + number) for number in range(100)]
    applied = applied_to({"a": [Stay("Q", 10_000)]}, sent)
    assert len(applied.problems) == 200
    assert not applied.changed


async def test_others_have_their_turn_meanwhile() -> None:
    children = tuple(f"c{number}" for number in range(20))
    events = [Event(number, "P", children, number % 2 == 0, number) for number in range(2_500)]
    _, stretch = await longest_stretch(apply_events(events, {}, same))
    assert stretch < 0.3
