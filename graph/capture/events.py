"""What the aggregations of a call come to together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from graph.capture.stays import Key, Namer, Stay, Taken, clash, first_end, overlap
from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text
from graph.model.times import STILL
from graph.pace import Pace


@dataclass(frozen=True, slots=True)
class Event:
    """An aggregation. index: of its record in the call."""

    index: int
    parent: str
    children: tuple[str, ...]
    adds: bool
    at: int


Held: TypeAlias = dict[Key, Stay]
_Wrong: TypeAlias = tuple[ProblemCode, str]


@dataclass(slots=True)
class Applied:
    """What a call's aggregations come to. taken: the REMOVEs that end no stay as yet, by child. problems: by record. changed: the
    records that changed something."""

    held: dict[str, Held] = field(default_factory=dict[str, Held])
    taken: dict[str, list[Taken]] = field(default_factory=dict[str, list[Taken]])
    problems: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    changed: set[int] = field(default_factory=set[int])

    def differences(self, before: Mapping[str, Sequence[Stay]]) -> Iterator[tuple[str, Stay, Stay | None]]:
        """(child, stay now, stay before) for each stay that is new or ends otherwise."""
        for child, held in self.held.items():
            old = {stay.key: stay for stay in before.get(child, ())}
            for key, stay in held.items():
                if old.get(key) != stay:
                    yield child, stay, old.get(key)

    def forget_nothing(self, child: str, stay: Stay) -> None:
        """A stay that comes to end earlier: the later REMOVE is kept, for the ADD between the two that is still to be told."""
        old = self.held[child].get(stay.key)
        if old is not None and old.until not in (STILL, stay.until) and (end := (stay.parent, old.until)) not in self.taken[child]:
            self.taken[child].append(end)

    def add(self, other: "Applied") -> None:
        self.held |= other.held
        self.taken |= other.taken
        self.problems |= other.problems
        self.changed |= other.changed


async def apply_events(
    events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer, taken: Mapping[str, Sequence[Taken]] | None = None
) -> Applied:
    """All events in the order of their times, what comes out before what goes in, then of the call. One wrong child rejects
    its whole event, and no other.

    An ADD before a stay that is known already is right only if a REMOVE in the same call ends it in time, which shows at
    the end. Those that do not end are left out and the rest is applied anew, until nothing is left to leave out. Events that have no
    child in common, by way of others either, are nothing to each other.
    """
    applied, pace = Applied(), Pace()
    for together in _connected(sorted(events, key=lambda event: (event.at, event.adds, event.index))):
        applied.add(await _settle(together, _Past(before, taken or {}), name, pace))
    return applied


@dataclass(frozen=True, slots=True)
class _Past:
    """What was there before the call, by child."""

    stays: Mapping[str, Sequence[Stay]]
    taken: Mapping[str, Sequence[Taken]]


def _connected(events: Iterable[Event]) -> Iterable[list[Event]]:
    """The events that have children in common, together, in their order."""
    above: dict[str, str] = {}

    def root(child: str) -> str:
        while (up := above.setdefault(child, child)) != child:
            above[child] = child = above[up]
        return child

    ordered = list(events)
    for event in ordered:
        for child in event.children:
            above[root(child)] = root(event.children[0])
    groups: defaultdict[str, list[Event]] = defaultdict(list)
    for event in ordered:
        groups[root(event.children[0])].append(event)
    return groups.values()


async def _settle(events: Sequence[Event], past: _Past, name: Namer, pace: Pace) -> Applied:
    left_out: dict[int, list[Problem]] = {}
    while True:
        applied, begun = await _apply([event for event in events if event.index not in left_out], past, name, pace)
        unended = await _overlaps(applied, begun, name, pace)
        if not unended:
            applied.problems.update(left_out)
            return applied
        left_out.update(unended)


async def _apply(events: Sequence[Event], past: _Past, name: Namer, pace: Pace) -> tuple[Applied, dict[tuple[str, Key], Event]]:
    applied = Applied()
    begun: dict[tuple[str, Key], Event] = {}
    for event in events:
        steps: list[tuple[str, Stay]] = []
        problems: list[Problem] = []
        for place, child in enumerate(event.children):
            await pace.step()
            held = applied.held.setdefault(child, {stay.key: stay for stay in past.stays.get(child, ())})
            taken = applied.taken.setdefault(child, list(past.taken.get(child, ())))
            step = _add(held, event, name, taken) if event.adds else _remove(held, event, taken)
            if isinstance(step, tuple):
                problems.append(Problem(step[0], f"children[{place}]", f"found {child} {step[1]}"))
            elif step is not None:
                steps.append((child, step))
        if problems:
            applied.problems[event.index] = problems
            continue
        for child, stay in steps:
            if stay.key not in applied.held[child]:
                begun[child, stay.key] = event
            applied.forget_nothing(child, stay)
            applied.held[child][stay.key] = stay
        if steps:
            applied.changed.add(event.index)
    return applied, begun


def _add(held: Held, event: Event, name: Namer, taken: Sequence[Taken]) -> Stay | _Wrong | None:
    """The stay that begins, or that is now told by an ADD too; None when it is there already; or what is wrong."""
    if known := held.get((event.parent, event.at)):
        return replace(known, added=True) if known.commissioned and not known.added else None
    for stay in held.values():
        if stay.covers(event.at):
            return clash(stay, event.parent, name)
    return Stay(event.parent, event.at, first_end(taken, event.parent, event.at))


def _remove(held: Held, event: Event, taken: Sequence[Taken]) -> Stay | _Wrong | None:
    if (event.parent, event.at) in taken or any(stay.parent == event.parent and stay.until == event.at for stay in held.values()):
        return None
    for stay in held.values():
        if stay.parent == event.parent and stay.covers(event.at):
            if stay.start == event.at:
                return ProblemCode.TIMES_OUT_OF_ORDER, f"put into {event.parent} at that very time; right is a later time to take it out"
            return replace(stay, until=event.at)
    return ProblemCode.NOT_IN_PARENT, f"not in {event.parent} at {instant_text(event.at)}; right is a child that is in it then"


async def _overlaps(applied: Applied, begun: Mapping[tuple[str, Key], Event], name: Namer, pace: Pace) -> dict[int, list[Problem]]:
    """The events whose stays run into a later one."""
    found: dict[int, list[Problem]] = {}
    for (child, key), event in begun.items():
        await pace.step()
        stay = applied.held[child][key]
        other = next((other for other in applied.held[child].values() if other is not stay and stay.meets(other)), None)
        if other is not None:
            code, message = overlap(stay, other, name)
            found.setdefault(event.index, []).append(Problem(code, f"children[{event.children.index(child)}]", f"found {child} {message}"))
    return found
