"""What an answer may be missing, and why. Meeting a limit is a gap, never a silent cut and never an error."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from graph.model.identifiers import owner_of
from graph.model.records.epcis_event import hash_uri, identity_in, is_declaration

Sees = Callable[[str], bool]
"""Whether the viewer may read a record."""


class GapCause(StrEnum):
    HOP_LIMIT = "HOP_LIMIT"
    TIME_LIMIT = "TIME_LIMIT"
    SIZE_LIMIT = "SIZE_LIMIT"
    MISSING_RECORD = "MISSING_RECORD"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Gap:
    """at: the record where the answer stops, if one; referrers: the records that name it; asked: the viewer named it.
    events: those that say more of it."""

    cause: GapCause
    at: str | None
    detail: str
    referrers: frozenset[str] = frozenset()
    asked: bool = False
    events: tuple[str, ...] = ()

    def shown_to(self, sees: Sees) -> "Gap":
        """Without the ID unless the viewer may read the record, or one that refers to it, or named it. Of events those that it may read:
        they say more of a record that it is told of, and never of one that is hidden from it."""
        if self.at is None or self.asked or sees(self.at) or any(sees(referrer) for referrer in self.referrers):
            own = sorted({_called(event) for event in self.events if sees(event)})
            told = ", ".join(own[:_EVENTS]) + (f" and {len(own) - _EVENTS} more" if len(own) > _EVENTS else "")
            return Gap(self.cause, self.at, f"{self.detail}: {told}" if own else self.detail)
        return Gap(self.cause, None, _VEILED[self.cause])


_EVENTS = 3
"""Events that a gap names at the most."""


def _called(event: str) -> str:
    """Whose event it is, and by which event ID GET /events finds it."""
    return f"{hash_uri(identity_in(event))} of enterprise {owner_of(event)}"


_VEILED = {
    GapCause.HOP_LIMIT: "the limit of hops was met at a record of another enterprise; what lies beyond it was not followed",
    GapCause.TIME_LIMIT: "the time limit was met at a record of another enterprise; what lies beyond it was not followed",
    GapCause.SIZE_LIMIT: "the limit of size was met at a record of another enterprise; what lies beyond it was not followed",
    GapCause.MISSING_RECORD: "a record that another enterprise refers to has not come",
    GapCause.UNREADABLE: "a record of another enterprise could not be read",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """hops: edges from a seed; records: farms, deliveries, lots and batches in an answer; items: items in an answer;
    seconds: for the whole question; tolerance_ms: how far clocks may differ (semantics: T)."""

    hops: int = 64
    records: int = 200_000
    items: int = 1_000_000
    seconds: float = 20.0
    tolerance_ms: int = 30 * 60 * 1000


class OutOfTime(Exception):
    """The time limit was met; what is known by now is the answer, and a gap says so."""


@dataclass(slots=True)
class Deadline:
    seconds: float
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds left; OutOfTime when there are none."""
        left = self.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise OutOfTime
        return left


@dataclass(slots=True)
class GapList:
    """Gaps found while answering, each once."""

    found: dict[tuple[GapCause, str | None], Gap] = field(default_factory=dict[tuple[GapCause, str | None], Gap])

    def add(self, cause: GapCause, at: str | None, detail: str) -> None:
        self.found.setdefault((cause, at), Gap(cause, at, detail))

    def unknown_seed(self, seed: str) -> None:
        """A record that was asked about and has not come, or that the viewer may not read: the two look the same."""
        detail = f"{seed} was asked about, and no such record has come"
        self.found[(GapCause.MISSING_RECORD, seed)] = Gap(GapCause.MISSING_RECORD, seed, detail, asked=True)

    def missing(self, at: str, referrer: str) -> None:
        key = (GapCause.MISSING_RECORD, at)
        known = self.found.get(key)
        if known is None:
            detail = f"{at} is referred to, and no such record has come"
            self.found[key] = Gap(GapCause.MISSING_RECORD, at, detail, frozenset((referrer,)))
        elif not known.asked:
            self.found[key] = replace(known, referrers=known.referrers | {referrer})

    def circular(self, packages: Iterable[str]) -> None:
        """No record may say this; where one does, what is in the package cannot be told."""
        for package in packages:
            self.add(GapCause.UNREADABLE, package, f"{package} is recorded as being in itself; what is in it was not followed")

    def untold(self, events: Mapping[str, Iterable[str]]) -> None:
        """events: by captured event, the records of which it says more than custody has; a gap each, at the first of them. A declaration
        that an event was wrong is among them while what corrects it has not come."""
        by_first: dict[str, tuple[list[str], set[str]]] = {}
        for event, records in sorted(events.items()):
            first, *rest = sorted(records)
            named, others = by_first.setdefault(first, ([], set()))
            named.append(event)
            others.update(rest)
        for first, (named, others) in by_first.items():
            of = f"{first} and {len(others)} others" if others else first
            told: list[str] = []
            if not all(map(is_declaration, named)):
                told.append(
                    f"a captured event says more of where {of} came from or went than could be recorded; the notes of its capture say what"
                )
            if any(map(is_declaration, named)):
                told.append(f"a captured event of {of} was declared wrong, and one that is to correct it has not come")
            self.found[GapCause.UNREADABLE, first] = Gap(
                GapCause.UNREADABLE, first, "; ".join(told), frozenset(others), events=tuple(named)
            )

    def out_of_time(self, seconds: float, what: str) -> None:
        self.add(GapCause.TIME_LIMIT, None, f"the time limit of {seconds:g} s was met; {what} not followed")

    def referrers(self) -> set[str]:
        """The records that name what is missing."""
        return set[str]().union(*(gap.referrers for gap in self.found.values()))

    def shown_to(self, sees: Sees) -> tuple[Gap, ...]:
        return in_order({gap.shown_to(sees) for gap in self.found.values()})


def in_order(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: (gap.cause, gap.at or "", gap.detail)))
