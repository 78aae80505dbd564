"""What aggregations come to, told plainly: all events are applied from the start again whenever one is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.capture.events import Applied
from graph.capture.stays import Key, Namer, Stay, Taken, clash, first_end, overlap
from graph.capture.tape import Event
from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text

Held = dict[Key, Stay]
AllTaken = Mapping[str, Sequence[Taken]]


def apply_plainly(events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer, taken: AllTaken) -> Applied:
    """All events in the order of their times, what comes out before what goes in, then of the call. One wrong child rejects
    its whole event, and no other.

    An ADD before a stay that is known already is right only if a REMOVE in the same call ends it in time, which shows at
    the end. Those that do not end are left out and the rest is applied anew, until nothing is left to leave out.
    """
    ordered = sorted(events, key=lambda event: (event.at, event.adds, event.index))
    left_out: dict[int, list[Problem]] = {}
    while True:
        applied, begun = _apply([event for event in ordered if event.index not in left_out], before, name, taken)
        unended = _overlaps(applied, begun, name)
        if not unended:
            applied.problems.update(left_out)
            return applied
        left_out.update(unended)


def _apply(
    events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer, taken: AllTaken
) -> tuple[Applied, dict[tuple[str, Key], Event]]:
    applied = Applied({})
    begun: dict[tuple[str, Key], Event] = {}
    for event in events:
        steps: list[tuple[str, Stay]] = []
        problems: list[Problem] = []
        for place, child in enumerate(event.children):
            held = applied.held.setdefault(child, {(stay.parent, stay.start): stay for stay in before.get(child, ())})
            past = taken.get(child, ())
            twice = {stay.key for stay in before.get(child, ()) if stay.added}
            step = _add(held, event, name, past, twice) if event.adds else _remove(held, event, past)
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


def _add(held: Held, event: Event, name: Namer, taken: Sequence[Taken], twice: set[Key]) -> Stay | tuple[ProblemCode, str] | None:
    """The stay that begins; None when it is there already; or what is wrong."""
    if known := held.get((event.parent, event.at)):
        return replace(known, added=True) if known.commissioned and known.key not in twice else None
    for stay in held.values():
        if stay.covers(event.at):
            return clash(stay, event.parent, name)
    return Stay(event.parent, event.at, first_end(taken, event.parent, event.at))


def _remove(held: Held, event: Event, taken: Sequence[Taken]) -> Stay | tuple[ProblemCode, str] | None:
    if (event.parent, event.at) in taken or any(stay.parent == event.parent and stay.until == event.at for stay in held.values()):
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
