"""The events of a call about one child, in their order, and what those of them do to its stays that are right."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from graph.capture.stays import Key, Namer, Stay, Taken, clash, first_end
from graph.model.problems import ProblemCode
from graph.model.texts import instant_text
from graph.model.times import STILL


@dataclass(frozen=True, slots=True)
class Event:
    """An aggregation. index: of its record in the call."""

    index: int
    parent: str
    children: tuple[str, ...]
    adds: bool
    at: int


class Effect(NamedTuple):
    """What an event does to the stay with a key. tell: an ADD tells what the package's own record has told already."""

    what: Literal["begin", "end", "tell"]
    key: Key


class Wrong(NamedTuple):
    code: ProblemCode
    text: str


Step: TypeAlias = Effect | Wrong | None
"""None: it is so already."""


class Tape:
    """Events have places: 0, 1, … in the order in which they are applied. What is asked about a place is how it is just before it."""

    def __init__(self, events: Sequence[Event], before: Sequence[Stay], taken: Sequence[Taken]) -> None:
        self._events = events
        self._before = sorted(before, key=lambda stay: stay.start)
        self._starts = [stay.start for stay in self._before]
        self._known = {stay.key: stay for stay in self._before}
        self._ends = {(stay.parent, stay.until): stay.key for stay in self._before}
        self._taken = taken
        self._adds: list[int] = []
        self._removes: dict[str, list[int]] = {}
        self._begins: list[int] = []
        self._closings: list[int] = []
        self._effects: dict[int, Effect] = {}
        self._end_of: dict[Key, int] = {}

    def watch(self, place: int, *, on: bool) -> None:
        """Whether the event at a place is to be looked at when the state before it is another."""
        event = self._events[place]
        places = self._adds if event.adds else self._removes.setdefault(event.parent, [])
        if on:
            insort(places, place)
        else:
            del places[bisect_left(places, place)]

    # -------------------------------------------------------------- what an event would do

    def step(self, place: int, name: Namer) -> Step:
        event = self._events[place]
        return self._add(place, event, name) if event.adds else self._remove(place, event)

    def _add(self, place: int, event: Event, name: Namer) -> Step:
        key = (event.parent, event.at)
        if known := self._known.get(key):
            return Effect("tell", key) if known.commissioned and not known.added else None
        begun = self._begun(place, event.at)
        if begun == key:
            return None
        if stay := self._known_at(place, event.at):
            return Wrong(*clash(stay, event.parent, name))
        return Wrong(*clash(Stay(*begun), event.parent, name)) if begun else Effect("begin", key)

    def _remove(self, place: int, event: Event) -> Step:
        parent, at = event.parent, event.at
        if (parent, at) in self._taken or self._ended(place, parent, at):
            return None
        stay = self._known_at(place, at)
        if stay is not None and stay.parent == parent:
            if stay.start == at:
                return Wrong(ProblemCode.TIMES_OUT_OF_ORDER, f"put into {parent} at that very time; right is a later time to take it out")
            return Effect("end", stay.key)
        begun = self._begun(place, at)
        if begun is not None and begun[0] == parent:
            return Effect("end", begun)
        return Wrong(ProblemCode.NOT_IN_PARENT, f"not in {parent} at {instant_text(at)}; right is a child that is in it then")

    def _ended(self, place: int, parent: str, at: int) -> bool:
        """Whether a stay in the parent ends at that time already."""
        known = self._ends.get((parent, at))
        if known is not None and self._end_of.get(known, place) >= place:
            return True
        index = bisect_left(self._closings, place) - 1
        while index >= 0 and self._events[self._closings[index]].at == at:
            if self._effects[self._closings[index]].key[0] == parent:
                return True
            index -= 1
        return False

    def _known_at(self, place: int, at: int) -> Stay | None:
        """The stay of before the call that covers a time."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return None
        stay = self._before[index]
        end = self._end_of.get(stay.key, place)
        stay = stay if end >= place else replace(stay, until=self._events[end].at)
        return stay if stay.covers(at) else None

    def _begun(self, place: int, at: int) -> Key | None:
        """The stay begun by the call that covers a time; the last one, since it begins when all earlier ones have ended."""
        index = bisect_left(self._begins, place) - 1
        if index < 0:
            return None
        key = self._effects[self._begins[index]].key
        return None if self._end_of.get(key, place) < place or at >= self._bound(key) else key

    def _bound(self, key: Key) -> int:
        return first_end(self._taken, *key)

    # -------------------------------------------------------------- what it does

    def put(self, place: int, effect: Effect | None) -> set[int]:
        """Another effect of the event at a place. The places of those that may have to be looked at again by themselves."""
        again: set[int] = set()
        for one in (self._effects.pop(place, None), effect):
            if one is None or one.what == "tell":
                continue
            following = bisect_right(self._begins, place)
            again.update(self._begins[following : following + 1])
            if self._end_of.get(one.key, place) > place:
                again.add(self._end_of[one.key])
            places = self._begins if one.what == "begin" else self._closings
            if one is effect:
                insort(places, place)
                if one.what == "end":
                    self._end_of[one.key] = place
            else:
                del places[bisect_left(places, place)]
                if one.what == "end" and self._end_of.get(one.key) == place:
                    del self._end_of[one.key]
        if effect is not None:
            self._effects[place] = effect
        return again

    def next_add(self, place: int) -> int | None:
        """The ADD after a place that is the first to find another state when that has changed at the place."""
        at = self._events[place].at
        since = at
        if stay := self._known_at(place + 1, at):
            closing = self._end_of.get(stay.key)
            since = min(stay.until, self._events[closing].at) if closing is not None else stay.until
        elif begun := self._begun(place + 1, at):
            since = self._bound(begun)
        index = bisect_right(self._adds, place)
        if since > at:
            index = max(index, bisect_left(self._adds, since, key=lambda one: self._events[one].at))
        return self._adds[index] if since != STILL and index < len(self._adds) else None

    def first_add(self, place: int) -> int | None:
        index = bisect_right(self._adds, place)
        return self._adds[index] if index < len(self._adds) else None

    def next_remove(self, place: int, parent: str) -> int | None:
        """The REMOVE from a parent after a place, where the child is in it, or it is of the same time."""
        following = self.first_remove(place, parent)
        at = self._events[place].at
        if following is None or self._events[following].at == at:
            return following
        stay, begun = self._known_at(place + 1, at), self._begun(place + 1, at)
        return following if (stay is not None and stay.parent == parent) or (begun is not None and begun[0] == parent) else None

    def first_remove(self, place: int, parent: str) -> int | None:
        removes = self._removes.get(parent, [])
        index = bisect_right(removes, place)
        return removes[index] if index < len(removes) else None

    def known_end(self, key: Key, place: int) -> int | None:
        """The first REMOVE that says what was known: the end of a stay of before the call, which an earlier one may have changed."""
        stay = self._known.get(key)
        if stay is None or stay.until == STILL:
            return None
        removes = self._removes.get(stay.parent, [])
        index = bisect_left(removes, stay.until, key=lambda one: self._events[one].at)
        return removes[index] if index < len(removes) and removes[index] > place and self._events[removes[index]].at == stay.until else None

    # -------------------------------------------------------------- what comes of it

    def runs_into(self, place: int) -> tuple[Stay, Stay] | None:
        """The stay that the event at a place begins, and the known one that it meets."""
        effect = self._effects.get(place)
        if effect is None or effect.what != "begin":
            return None
        stay = self._stay(effect.key)
        index = bisect_right(self._starts, stay.start)
        if index == len(self._before) or self._starts[index] >= stay.until:
            return None
        return stay, self._before[index]

    def begin_of(self, place: int) -> int | None:
        """The place of the last stay begun up to a place."""
        index = bisect_right(self._begins, place) - 1
        return self._begins[index] if index >= 0 else None

    def _stay(self, key: Key) -> Stay:
        closing = self._end_of.get(key)
        until = self._bound(key)
        return Stay(*key, until if closing is None else min(until, self._events[closing].at))

    def held(self) -> dict[Key, Stay]:
        held = dict(self._known)
        for place in sorted(self._effects):
            effect = self._effects[place]
            if effect.what == "begin":
                held[effect.key] = self._stay(effect.key)
            elif effect.what == "tell":
                held[effect.key] = replace(held[effect.key], added=True)
            elif effect.key in self._known:
                held[effect.key] = replace(held[effect.key], until=self._events[place].at)
        return held
