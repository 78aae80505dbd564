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

    reached: the best time of each record; distance: the fewest edges that lead to it; touched: records that an edge led to.
    steps: for each record (hop, time) whenever it was reached at a better time, since a longer way may be the sooner one.
    """

    forward: bool
    tolerance: int
    starts: dict[int, dict[str, int]]
    reached: dict[str, int] = field(default_factory=dict[str, int])
    distance: dict[str, int] = field(default_factory=dict[str, int])
    frontier: dict[str, int] = field(default_factory=dict[str, int])
    touched: set[str] = field(default_factory=set[str])
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

    def advance(self, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str]) -> None:
        """One hop: all of the frontier at the times it had when the hop began. What has not come is not entered."""
        expanded, self.frontier = self.frontier, {}
        for record, time in expanded.items():
            for link in links.get(record, ()):
                if self.leads_on(time, link) and link.other not in missing:
                    self.touched.add(link.other)
                    self._reach(link.other, link.at, self.hop + 1)
        self._enter()

    def beyond(self, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str]) -> list[str]:
        """The records of the frontier from which an edge leads on to something new or to a better time."""
        return [
            record
            for record, time in self.frontier.items()
            if any(
                self.leads_on(time, link) and link.other not in missing and self._better(link.other, self._time(link.at))
                for link in links.get(record, ())
            )
        ]

    def _enter(self) -> None:
        self.hop += 1
        for record, time in self.starts.pop(self.hop, {}).items():
            if self.hop:
                self.touched.add(record)
            self._reach(record, time, self.hop)

    def _time(self, at: int | None) -> int:
        if at is not None:
            return at
        return ALWAYS if self.forward else FOREVER

    def _better(self, record: str, time: int) -> bool:
        known = self.reached.get(record)
        return known is None or (time < known if self.forward else time > known)

    def _reach(self, record: str, at: int | None, hop: int) -> None:
        time = self._time(at)
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


def replay(walk: Walk, links: Mapping[str, Sequence[Link]], missing: AbstractSet[str], hops: int) -> Walk:
    """The walk over edges that have been read already."""
    while not walk.ended and walk.hop < hops:
        walk.advance(links, missing)
    return walk
