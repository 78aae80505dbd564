"""Stays of packages in parents, as values.

A package is in a parent when `start <= t < until`, and in one parent at a time. A stay is known by its parent and its start.
It begins with an ADD or the package's own record, and ends with the first REMOVE after that, whatever was told first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text
from graph.model.times import STILL


@dataclass(frozen=True, slots=True)
class Stay:
    """commissioned: told by the package's own record. added: told by that and by an ADD too; without the one there is the other."""

    parent: str
    start: int
    until: int = STILL
    commissioned: bool = False
    added: bool = False

    @property
    def key(self) -> "Key":
        return self.parent, self.start

    def covers(self, at: int) -> bool:
        return self.start <= at < self.until

    def meets(self, other: "Stay") -> bool:
        return self.start < other.until and other.start < self.until


Key: TypeAlias = tuple[str, int]
Taken: TypeAlias = tuple[str, int]
"""(parent, time) of a REMOVE whose stay was taken back with the record that had told it, or came to end with an earlier REMOVE."""
Namer: TypeAlias = Callable[[str], str]
"""How a parent is called in a message: another enterprise's is not named."""


def clash(stay: Stay, parent: str, name: Namer) -> tuple[ProblemCode, str]:
    named = name(stay.parent)
    if stay.parent == parent:
        return ProblemCode.ALREADY_THERE, f"in {named}{_when(named, stay, 'since')}; right is the same time, or a REMOVE first"
    right = "right is a package that is in no other at that time"
    return ProblemCode.IN_ANOTHER_PARENT, f"in {named}{_when(named, stay, 'since')}; {right}"


def overlap(stay: Stay, other: Stay, name: Namer) -> tuple[ProblemCode, str]:
    """What is wrong with a stay that meets another one."""
    if other.covers(stay.start):
        return clash(other, stay.parent, name)
    code = ProblemCode.ALREADY_THERE if other.parent == stay.parent else ProblemCode.IN_ANOTHER_PARENT
    named = name(other.parent)
    return code, f"in {named}{_when(named, other, 'from')}; right is a REMOVE in the same call, at that time or before"


def _when(named: str, stay: Stay, word: str) -> str:
    """Of a parent that is not named the time is not told either."""
    return f" {word} {instant_text(stay.start)}" if named == stay.parent else ""


def first_end(taken: Iterable[Taken], parent: str, start: int) -> int:
    """When a stay that begins ends by what has been told already."""
    return min((at for of, at in taken if of == parent and at > start), default=STILL)


@dataclass(frozen=True, slots=True)
class Recommissioned:
    """The one stay told by the package's record: old is what is there, new is what there has to be."""

    old: Stay | None
    new: Stay | None


def recommission(stays: Sequence[Stay], parent: str | None, at: int, name: Namer, taken: Sequence[Taken] = ()) -> Recommissioned | Problem:
    """A package commissioned anew: its record's own word changes, and nothing that aggregations have told."""
    old = next((stay for stay in stays if stay.commissioned), None)
    if parent is None:
        return Recommissioned(old, None)
    told = [stay for stay in stays if stay is not old or stay.added]
    if same := next((stay for stay in told if stay.key == (parent, at)), None):
        return Recommissioned(old, replace(same, commissioned=True, added=True))
    ended = {stay.until for stay in told if stay.parent == parent}
    ends = [one for one in taken if one[0] == parent and one[1] not in ended]
    if old is not None and not old.added and old.parent == parent and old.until != STILL:
        ends.append((parent, old.until))
    new = Stay(parent, at, first_end(ends, parent, at), commissioned=True)
    if ends and new.until == STILL:
        out = instant_text(max(ends)[1])
        message = f"found {instant_text(at)}; right is before {out}, when it was taken out of its first parent"
        return Problem(ProblemCode.TIMES_OUT_OF_ORDER, "packedAt", message)
    for other in told:
        if new.meets(other):
            code, message = overlap(new, other, name)
            return Problem(code, "parent", f"found it {message}")
    return Recommissioned(old, new)
