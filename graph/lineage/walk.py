"""The time-respecting walk. Forward it keeps for each record the earliest time at which it is reached, backward the
latest, so that each record is expanded once, or again when it is reached at a better time (semantics: Forward, Backward)."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from graph.lineage.custody import Link
from graph.model.times import ALWAYS, FOREVER


@dataclass(slots=True)
class Walk:
    """starts: records by the hop at which they enter and the time at which they are reached.

    reached: the best time of each record; distance: the fewest edges that lead to it.
    steps: for each record (hop, time) whenever it was reached at a better time, since a longer way may be the sooner one.
    """

    forward: bool
    tolerance: int
    starts: dict[int, dict[str, int]]
    reached: dict[str, int] = field(default_factory=dict[str, int])
    distance: dict[str, int] = field(default_factory=dict[str, int])
    frontier: dict[str, int] = field(default_factory=dict[str, int])
    steps: dict[str, list[tuple[int, int]]] = field(default_factory=dict[str, list[tuple[int, int]]])
    hop: int = -1

    def __post_init__(self) -> None:
        self._enter()

    @classmethod
    def from_records(cls, records: Iterable[str], *, forward: bool, tolerance: int) -> "Walk":
        start = ALWAYS if forward else FOREVER
        return cls(forward, tolerance, {0: dict.fromkeys(records, start)})

    @property
    def ended(self) -> bool:
        return not self.frontier and not self.starts

    def leads_on(self, reached: int, link: Link) -> bool:
        if link.at is None:
            return True
        return link.at >= reached - self.tolerance if self.forward else link.at <= reached + self.tolerance

    def sooner(self, time: int, other: int) -> bool:
        """Whether from the first time on more leads on: the earlier going forward, the later going backward."""
        return time < other if self.forward else time > other

    def advance(self, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str]) -> None:
        """One hop: all of the frontier at the times it had when the hop began. What has not come is not entered."""
        expanded, self.frontier = self.frontier, {}
        for record, time in expanded.items():
            for link in links.get(record, ()):
                if self.leads_on(time, link) and link.other not in missing:
                    self._reach(link.other, link.at, self.hop + 1)
        self._enter()

    def beyond(self, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str]) -> list[str]:
        """The records of the frontier from which an edge leads on to something new or to a better time."""
        return [
            record
            for record, time in self.frontier.items()
            if any(
                self.leads_on(time, link) and link.other not in missing and self._better(link.other, self.time_of(link.at))
                for link in links.get(record, ())
            )
        ]

    def shut_out(self) -> list[str]:
        """The records that were to enter at a later hop, and are not reached otherwise at as good a time."""
        waiting = (entry for entering in self.starts.values() for entry in entering.items())
        return [record for record, time in waiting if self._better(record, time)]

    def _enter(self) -> None:
        self.hop += 1
        for record, time in self.starts.pop(self.hop, {}).items():
            self._reach(record, time, self.hop)

    def time_of(self, at: int | None) -> int:
        if at is not None:
            return at
        return ALWAYS if self.forward else FOREVER

    def _better(self, record: str, time: int) -> bool:
        known = self.reached.get(record)
        return known is None or self.sooner(time, known)

    def _reach(self, record: str, at: int | None, hop: int) -> None:
        time = self.time_of(at)
        if self._better(record, time):
            self.reached[record] = time
            self.frontier[record] = time
            self.distance.setdefault(record, hop)
            self.steps.setdefault(record, []).append((hop, time))

    def hops_to(self, record: str, at: int) -> int | None:
        """Going forward: the fewest edges by which the record is reached in time for an edge at `at` (ms) to lead on; None for never."""
        for hop, time in self.steps[record]:
            if at >= time - self.tolerance:
                return hop
        return None


def led_to_by_others(
    starts: Mapping[int, Mapping[str, int]], links: Mapping[str, Sequence[Link]], missing: AbstractSet[str], walk: Walk
) -> dict[str, int]:
    """Of the records that start at hop 0, those to which something else leads that starts, and by how few edges.

    One walk for all of them: each record keeps its best two arrivals that began at different starts, since leaving out any one
    start then leaves the best of the others. What enters later (the batches of items that were asked about) is nobody's own.
    """
    found: dict[str, int] = {}
    arrivals: dict[str, dict[str, int]] = {}
    fresh: list[tuple[str, int, str]] = []

    def arrive(record: str, time: int, origin: str, hop: int) -> None:
        if origin != record and record in own:
            found.setdefault(record, hop)
        known = arrivals.setdefault(record, {})
        if origin not in known and len(known) == 2:
            worse = max(known, key=lambda one: known[one] if walk.forward else -known[one])
            if not walk.sooner(time, known[worse]):
                return
            del known[worse]
        elif origin in known and not walk.sooner(time, known[origin]):
            return
        known[origin] = time
        fresh.append((record, time, origin))

    own, hop, last = starts.get(0, {}), 0, max(starts, default=0)
    for record, time in own.items():
        arrive(record, time, record, 0)
    while fresh or hop < last:
        hop += 1
        leaving, fresh[:] = list(fresh), ()
        for record, time, origin in leaving:
            for link in links.get(record, ()):
                if walk.leads_on(time, link) and link.other not in missing:
                    arrive(link.other, walk.time_of(link.at), origin, hop)
        for record, time in starts.get(hop, {}).items():
            arrive(record, time, "", hop)
    return found


def replay(walk: Walk, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str], hops: int) -> Walk:
    """The walk over edges that have been read already."""
    while not walk.ended and walk.hop < hops:
        walk.advance(links, missing)
    return walk
