"""What aggregations do to stays, and may not do."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graph.capture.stays import Applied, Event, Recommissioned, Stay, apply_events, recommission
from graph.model.problems import Problem, ProblemCode
from graph.model.times import STILL

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
        known[child] = [Stay(draw(st.sampled_from(PARENTS)), start, until, draw(st.booleans())) for start, until in pairs]
        if len(times) % 2 and draw(st.booleans()):
            known[child].append(Stay(draw(st.sampled_from(PARENTS)), times[-1]))
    return known


def same(name: str) -> str:
    return name


def after(applied: Applied, before: dict[str, list[Stay]]) -> dict[str, list[Stay]]:
    return {child: list(applied.held[child].values()) if child in applied.held else before[child] for child in before}


@given(known_stays(), events)
def test_a_package_is_in_one_parent_at_a_time(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = apply_events(sent, before, same)
    for stays in after(applied, before).values():
        for one, other in combinations(stays, 2):
            assert not one.meets(other), (one, other)
        assert all(stay.start < stay.until for stay in stays)


@given(known_stays(), events)
def test_what_was_accepted_is_unchanged_the_next_time(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = apply_events(sent, before, same)
    accepted = [event for event in sent if event.index not in applied.problems]
    now = after(applied, before)
    again = apply_events(accepted, now, same)
    assert not again.problems
    assert not again.changed
    assert not list(again.differences(now))


@given(known_stays(), events)
def test_what_was_refused_has_no_effect(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = apply_events(sent, before, same)
    alone = apply_events([event for event in sent if event.index not in applied.problems], before, same)
    assert not alone.problems
    assert alone.changed == applied.changed
    assert {child: sorted(map(str, stays)) for child, stays in after(alone, before).items()} == {
        child: sorted(map(str, stays)) for child, stays in after(applied, before).items()
    }


@given(known_stays(), events)
def test_the_order_in_the_call_decides_only_between_equal_times(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    apart = [event for place, event in enumerate(sent) if all(event.at != earlier.at for earlier in sent[:place])]
    turned = [Event(len(sent) - event.index, event.parent, event.children, event.adds, event.at) for event in apart]
    one, other = apply_events(apart, before, same), apply_events(turned, before, same)
    assert {len(sent) - index for index in one.problems} == set(other.problems)


@given(known_stays(), events)
def test_differences_lead_from_before_to_after(before: dict[str, list[Stay]], sent: list[Event]) -> None:
    applied = apply_events(sent, before, same)
    built = {child: set(stays) for child, stays in before.items()}
    for child, now, old in applied.differences(before):
        if old is not None:
            built[child].remove(old)
        built[child].add(now)
    assert built == {child: set(stays) for child, stays in after(applied, before).items()}


@given(known_stays(), st.sampled_from((*PARENTS, None)), instants)
def test_recommissioning_leaves_one_parent_at_a_time(before: dict[str, list[Stay]], parent: str | None, at: int) -> None:
    stays = [Stay(stay.parent, stay.start, stay.until, stay is before["a"][0]) for stay in before["a"]]
    found = recommission(stays, parent, at, same)
    if isinstance(found, Problem):
        assert found.code in (ProblemCode.TIMES_OUT_OF_ORDER, ProblemCode.IN_ANOTHER_PARENT, ProblemCode.ALREADY_THERE)
        return
    now = [stay for stay in stays if stay is not found.old] + ([found.new] if found.new else [])
    assert not any(one.meets(other) for one, other in combinations(now, 2))
    assert sum(stay.commissioned for stay in now) == (parent is not None)
    if found.old is not None and found.new is not None:
        assert found.new.until == found.old.until


def test_a_first_commissioning() -> None:
    assert recommission([], None, 5, same) == Recommissioned(None, None)
    assert recommission([], "P", 5, same) == Recommissioned(None, Stay("P", 5, STILL, commissioned=True))
    assert recommission([Stay("P", 5, 9)], "P", 9, same) == Recommissioned(None, Stay("P", 9, STILL, commissioned=True))


def test_a_hidden_parent_is_not_named() -> None:
    applied = apply_events([Event(0, "P", ("a",), True, 5)], {"a": [Stay("package/OTHER1/SECRET", 1)]}, lambda _: "another's")
    assert "SECRET" not in applied.problems[0][0].message
    applied = apply_events([Event(0, "P", ("a",), True, 5)], {"a": [Stay("package/OTHER1/SECRET", 8)]}, lambda _: "another's")
    assert "SECRET" not in applied.problems[0][0].message


def test_many_wrong_events_take_no_time() -> None:
    """Each of 5,000 runs into a later stay: found in one pass and left out in the next, not one by one."""
    before = {f"c{number}": [Stay("Q", 100)] for number in range(5_000)}
    applied = apply_events([Event(number, "P", (f"c{number}",), True, 5) for number in range(5_000)], before, same)
    assert len(applied.problems) == 5_000
    assert not applied.changed
