"""Stays of packages in parents, as values: what an aggregation does to them, and what it may not do.

A package is in a parent when `start <= t < until`, and in one parent at a time. A stay is known by its parent and its start.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text
from graph.model.times import STILL


@dataclass(frozen=True, slots=True)
class Stay:
    parent: str
    start: int
    until: int = STILL
    commissioned: bool = False

    def covers(self, at: int) -> bool:
        return self.start <= at < self.until

    def meets(self, other: "Stay") -> bool:
        return self.start < other.until and other.start < self.until


@dataclass(frozen=True, slots=True)
class Event:
    """An aggregation. index: of its record in the call."""

    index: int
    parent: str
    children: tuple[str, ...]
    adds: bool
    at: int


Key: TypeAlias = tuple[str, int]
Held: TypeAlias = dict[Key, Stay]
Namer: TypeAlias = Callable[[str], str]
"""How a parent is called in a message: another enterprise's is not named."""


@dataclass(slots=True)
class Applied:
    """What a call's aggregations come to. problems: by record. changed: the records that changed something."""

    held: dict[str, Held]
    problems: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    changed: set[int] = field(default_factory=set[int])

    def differences(self, before: Mapping[str, Sequence[Stay]]) -> Iterator[tuple[str, Stay, Stay | None]]:
        """(child, stay now, stay before) for each stay that is new or ends otherwise."""
        for child, held in self.held.items():
            old = {(stay.parent, stay.start): stay for stay in before.get(child, ())}
            for key, stay in held.items():
                if old.get(key) != stay:
                    yield child, stay, old.get(key)


def apply_events(events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer) -> Applied:
    """All events in the order of their times, what comes out before what goes in, then of the call. One wrong child rejects
    its whole event, and no other.

    An ADD before a stay that is known already is right only if a REMOVE in the same call ends it in time, which shows at
    the end. Those that do not end are left out and the rest is applied anew, until nothing is left to leave out.
    """
    ordered = sorted(events, key=lambda event: (event.at, event.adds, event.index))
    left_out: dict[int, list[Problem]] = {}
    while True:
        applied, begun = _apply([event for event in ordered if event.index not in left_out], before, name)
        unended = _overlaps(applied, begun, name)
        if not unended:
            applied.problems.update(left_out)
            return applied
        left_out.update(unended)


def _apply(events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer) -> tuple[Applied, dict[tuple[str, Key], Event]]:
    applied = Applied({})
    begun: dict[tuple[str, Key], Event] = {}
    for event in events:
        steps: list[tuple[str, Stay]] = []
        problems: list[Problem] = []
        for place, child in enumerate(event.children):
            held = applied.held.setdefault(child, {(stay.parent, stay.start): stay for stay in before.get(child, ())})
            step = _add(held, event, name) if event.adds else _remove(held, event)
            if isinstance(step, tuple):
                problems.append(Problem(step[0], f"children[{place}]", f"found {child} {step[1]}"))
            elif step is not None:
                steps.append((child, step))
        if problems:
            applied.problems[event.index] = problems
            continue
        for child, stay in steps:
            key = (stay.parent, stay.start)
            if key not in applied.held[child]:
                begun[child, key] = event
            applied.held[child][key] = stay
        if steps:
            applied.changed.add(event.index)
    return applied, begun


def _add(held: Held, event: Event, name: Namer) -> Stay | tuple[ProblemCode, str] | None:
    """The stay that begins; None when it is there already; or what is wrong."""
    if (event.parent, event.at) in held:
        return None
    for stay in held.values():
        if stay.covers(event.at):
            return _clash(stay, event.parent, name)
    return Stay(event.parent, event.at)


def _clash(stay: Stay, parent: str, name: Namer) -> tuple[ProblemCode, str]:
    since = instant_text(stay.start)
    if stay.parent == parent:
        return ProblemCode.ALREADY_THERE, f"in {name(stay.parent)} since {since}; right is the same time, or a REMOVE first"
    return ProblemCode.IN_ANOTHER_PARENT, f"in {name(stay.parent)} since {since}; right is a package that is in no other at that time"


def _remove(held: Held, event: Event) -> Stay | tuple[ProblemCode, str] | None:
    for stay in held.values():
        if stay.parent == event.parent and stay.until == event.at:
            return None
    for stay in held.values():
        if stay.parent == event.parent and stay.covers(event.at):
            if stay.start == event.at:
                return ProblemCode.TIMES_OUT_OF_ORDER, f"put into {event.parent} at that very time; right is a later time to take it out"
            return replace(stay, until=event.at)
    return ProblemCode.NOT_IN_PARENT, f"not in {event.parent} at {instant_text(event.at)}; right is a child that is in it then"


def _overlaps(applied: Applied, begun: Mapping[tuple[str, Key], Event], name: Namer) -> dict[int, list[Problem]]:
    """The events whose stays run into a later one."""
    found: dict[int, list[Problem]] = {}
    for (child, key), event in begun.items():
        stay = applied.held[child][key]
        for other in applied.held[child].values():
            if other is not stay and stay.meets(other):
                place = event.children.index(child)
                code, message = overlap(stay, other, name)
                found.setdefault(event.index, []).append(Problem(code, f"children[{place}]", f"found {child} {message}"))
                break
    return found


def overlap(stay: Stay, other: Stay, name: Namer) -> tuple[ProblemCode, str]:
    """What is wrong with a stay that meets another one."""
    if other.covers(stay.start):
        return _clash(other, stay.parent, name)
    code = ProblemCode.ALREADY_THERE if other.parent == stay.parent else ProblemCode.IN_ANOTHER_PARENT
    return code, f"in {name(other.parent)} from {instant_text(other.start)} on; right is a REMOVE in the same call, at that time or before"


@dataclass(frozen=True, slots=True)
class Recommissioned:
    """The one stay from commissioning: old is what is there, new is what there has to be."""

    old: Stay | None
    new: Stay | None


def recommission(stays: Sequence[Stay], parent: str | None, at: int, name: Namer) -> Recommissioned | Problem:
    """A package commissioned anew. A stay that has been ended since keeps its end; what other stays there are must not meet it."""
    old = next((stay for stay in stays if stay.commissioned), None)
    if parent is None:
        return Recommissioned(old, None)
    until = old.until if old else STILL
    if at >= until:
        message = f"found {instant_text(at)}; right is before {instant_text(until)}, when it was taken out of its first parent"
        return Problem(ProblemCode.TIMES_OUT_OF_ORDER, "packedAt", message)
    new = Stay(parent, at, until, commissioned=True)
    for other in stays:
        if other is not old and new.meets(other):
            code, message = overlap(new, other, name)
            return Problem(code, "parent", f"found it {message}")
    return Recommissioned(old, new)
