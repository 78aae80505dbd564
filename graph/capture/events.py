"""What the aggregations of a call come to together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from graph.capture.pace import Pace
from graph.capture.stays import Key, Namer, Stay, Taken, overlap
from graph.capture.tape import Effect, Event, Tape, Wrong
from graph.model.problems import Problem


@dataclass(slots=True)
class Applied:
    """What a call's aggregations come to. problems: by record. changed: the records that changed something."""

    held: dict[str, dict[Key, Stay]]
    problems: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    changed: set[int] = field(default_factory=set[int])

    def differences(self, before: Mapping[str, Sequence[Stay]]) -> Iterator[tuple[str, Stay, Stay | None]]:
        """(child, stay now, stay before) for each stay that is new or ends otherwise."""
        for child, held in self.held.items():
            old = {stay.key: stay for stay in before.get(child, ())}
            for key, stay in held.items():
                if old.get(key) != stay:
                    yield child, stay, old.get(key)


async def apply_events(
    events: Sequence[Event],
    before: Mapping[str, Sequence[Stay]],
    name: Namer,
    taken: Mapping[str, Sequence[Taken]] | None = None,
) -> Applied:
    """All events in the order of their times, what comes out before what goes in, then of the call. One wrong child rejects
    its whole event, and no other.

    An ADD before a stay that is known already is right only if a REMOVE ends it in time, which shows at the end. Those that
    do not end are left out, and what was said after them of the same children is looked at again, until nothing is left to leave out.
    """
    call = _Call(events, before, name, taken or {})
    await call.first()
    while left_out := call.leave_out():
        await call.again(left_out)
    return await call.applied()


_LEFT_OUT = ""
"""No child's name: nothing makes it right again."""


class _Call:
    def __init__(
        self, events: Sequence[Event], before: Mapping[str, Sequence[Stay]], name: Namer, taken: Mapping[str, Sequence[Taken]]
    ) -> None:
        self._events = sorted(events, key=lambda event: (event.at, event.adds, event.index))
        self._name = name
        self._pace = Pace()
        self._tapes: dict[str, Tape] = {}
        for place, event in enumerate(self._events):
            for child in event.children:
                if child not in self._tapes:
                    self._tapes[child] = Tape(self._events, before.get(child, ()), taken.get(child, ()))
                self._tapes[child].watch(place, on=True)
        self._effects: list[dict[str, Effect]] = [{} for _ in self._events]
        self._wrong: list[str | None] = [None for _ in self._events]  # the child for which an event falls: nothing else can save it
        self._left_out: dict[int, list[Problem]] = {}
        self._suspects: set[tuple[int, str]] = set()
        self._follow: dict[int, set[str]] = {}
        self._waiting: list[int] = []
        self._queued: set[int] = set()

    async def first(self) -> None:
        for place in range(len(self._events)):
            await self._look(place)
        self._forget()

    async def again(self, changed: Sequence[int]) -> None:
        """Looks at those that changed, and from there on, in their order, at what may be otherwise for that."""
        self._forget()
        for place in changed:
            await self._look(place)
        while self._waiting:
            place = heappop(self._waiting)
            self._queued.discard(place)
            await self._look(place)

    def _forget(self) -> None:
        self._waiting.clear()
        self._queued.clear()
        self._follow.clear()

    def leave_out(self) -> list[int]:
        """The places of the events that run into a known stay, which are left out from now on."""
        found: dict[int, dict[str, Problem]] = {}
        for place, child in self._suspects:
            if met := self._tapes[child].runs_into(place):
                code, message = overlap(*met, self._name)
                found.setdefault(place, {})[child] = Problem(code, "", f"found {child} {message}")
        self._suspects.clear()
        for place, told in found.items():
            self._left_out[place] = self._in_order(place, told)
        return sorted(found)

    def _in_order(self, place: int, told: Mapping[str, Problem]) -> list[Problem]:
        children = enumerate(self._events[place].children)
        return [Problem(told[child].code, f"children[{which}]", told[child].message) for which, child in children if child in told]

    async def _look(self, place: int) -> None:
        effects, wrong = ({}, _LEFT_OUT) if place in self._left_out else await self._effects_of(place)
        self._watch(place, wrong)
        before, self._effects[place] = self._effects[place], effects
        for child in before.keys() | effects.keys():
            if before.get(child) != effects.get(child):
                self._put(place, child, before.get(child), effects.get(child))
        for child in self._follow.pop(place, ()):
            tape, event = self._tapes[child], self._events[place]
            self._wait(tape.next_add(place) if event.adds else tape.next_remove(place, event.parent), child)

    async def _effects_of(self, place: int) -> tuple[dict[str, Effect], str | None]:
        """By child; none where one is wrong, and that one."""
        effects: dict[str, Effect] = {}
        for child in self._events[place].children:
            await self._pace.step()
            step = self._tapes[child].step(place, self._name)
            if isinstance(step, Wrong):
                return {}, child
            if step is not None:
                effects[child] = step
        return effects, None

    def _watch(self, place: int, wrong: str | None) -> None:
        """All children can make a right event wrong, and only the wrong one can make it right."""
        before, self._wrong[place] = self._wrong[place], wrong
        if before == wrong:
            return
        for child in self._events[place].children:
            watching, to_watch = before in (None, child), wrong in (None, child)
            if watching is not to_watch:
                self._tapes[child].watch(place, on=to_watch)

    def _put(self, place: int, child: str, before: Effect | None, after: Effect | None) -> None:
        tape = self._tapes[child]
        for other in tape.put(place, after):
            self._wait(other)
        for effect in (before, after):
            if effect is None or effect.what == "tell":
                continue
            self._wait(tape.first_add(place), child)
            self._wait(tape.first_remove(place, effect.key[0]), child)
            self._wait(tape.known_end(effect.key, place), child)
            if (begun := tape.begin_of(place)) is not None:
                self._suspects.add((begun, child))

    def _wait(self, place: int | None, child: str | None = None) -> None:
        """child: of which the next event is to be looked at after that one, as long as its state is another."""
        if place is None:
            return
        if child is not None:
            self._follow.setdefault(place, set()).add(child)
        if place not in self._queued:
            self._queued.add(place)
            heappush(self._waiting, place)

    async def applied(self) -> Applied:
        applied = Applied({child: tape.held() for child, tape in self._tapes.items()})
        for place, event in enumerate(self._events):
            if place in self._left_out:
                applied.problems[event.index] = self._left_out[place]
            elif self._effects[place]:
                applied.changed.add(event.index)
            else:
                told: dict[str, Problem] = {}
                for child in event.children:
                    await self._pace.step()
                    step = self._tapes[child].step(place, self._name)
                    if isinstance(step, Wrong):
                        told[child] = Problem(step.code, "", f"found {child} {step.text}")
                if told:
                    applied.problems[event.index] = self._in_order(place, told)
        return applied
