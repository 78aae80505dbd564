"""Which events are asked for, and in which order they come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from graph.events.stored import StoredEvent

EVER = 2**53
LAST = "~"
"""After every ID."""
PAGE_BYTES = 10_000_000
"""Characters of the events of one answer, and of those that are looked through for it and take more than `LIGHT`, at the most."""
PAGE = 500
SCANNED = 2_000
"""Events that are read for one answer at the most, where only their bodies tell which of them are asked for."""
Place = tuple[int, str]
"""In an order of events: the time of one, in ms, and its ID."""


class Order(StrEnum):
    EVENT_TIME = "eventAt"
    RECORD_TIME = "recordedAt"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: those of every list that is given, and in which order they come.

    start, end, recorded_start, recorded_end: ms. names, read_points, locations: canonical URIs. keep: what else the body says.
    """

    start: int = -EVER
    end: int = EVER
    recorded_start: int = -EVER
    recorded_end: int = EVER
    types: Sequence[str] | None = None
    actions: Sequence[str] | None = None
    steps: Sequence[str] | None = None
    dispositions: Sequence[str] | None = None
    read_points: Sequence[str] | None = None
    locations: Sequence[str] | None = None
    names: Sequence[str] | None = None
    event_ids: Sequence[str] | None = None
    keep: Callable[[Mapping[str, Any]], bool] | None = None
    order: Order = Order.EVENT_TIME
    descending: bool = False

    def until(self, recorded: int) -> "Wanted":
        """Of those up to a record time alone."""
        return replace(self, recorded_end=min(self.recorded_end, recorded + 1))


@dataclass(frozen=True, slots=True)
class Found:
    """following: where to go on; None when there are no more. There may be more although fewer were found than were asked for."""

    events: list[StoredEvent]
    following: Place | None


def place_of(event: StoredEvent, wanted: Wanted) -> Place:
    return (event.at if wanted.order is Order.EVENT_TIME else event.recorded_at), event.id
