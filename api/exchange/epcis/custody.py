"""What events come to: the records of custody to be, of the enterprise that captures them, and notes of what becomes none.

`telling` puts the events in, `recording` asks the graph and records what is here.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from api.exchange.outcomes import Note
from graph.capture import Untold
from graph.model.identifiers import owner_of


@dataclass(slots=True)
class Row:
    """A record to be. told_by: the places of the events in the chunk. implied: nothing says that it began here; it was there, so it is.
    way: packages whose way it tells of, beside those that it lists."""

    content: dict[str, Any]
    told_by: list[int]
    implied: bool = False
    way: set[str] = field(default_factory=set[str])

    @property
    def went(self) -> set[str]:
        batch = self.content.get("batch")
        return self.way.union(self.content.get("children", ()), self.content.get("packages", ()), [batch] if batch else [])


@dataclass(frozen=True, slots=True)
class Moved:
    """Children None: all that are in the parent then. key: the parent's, as the event has it."""

    index: int
    parent: str
    children: tuple[str, ...] | None
    adds: bool
    at: int
    key: str


@dataclass(frozen=True, slots=True)
class PackageUse:
    """A package went into a batch: what it, or what was in it, was packed from."""

    index: int
    package: str
    batch: str
    at: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """shipment: by what its sender calls it, where both tell of the same transaction. site: where the goods are since, or were read.
    sender: the enterprise that they came from. keys: of the packages, as canonical URIs."""

    index: int
    packages: tuple[str, ...]
    at: int
    shipment: str | None
    site: str | None
    sender: str | None
    keys: Mapping[str, str]

    @property
    def anywhere(self) -> bool:
        """Whether only the goods tell by which shipment they came."""
        return self.site is None and self.shipment is None

    def fits(self, shipment: str, destination: str | None) -> bool:
        """Whether the goods can have come by it. By the GLN; its extensions are parts of the place."""
        if shipment == self.shipment:
            return True
        there = self.site is None or (destination is not None and destination.partition(".")[0] == self.site.partition(".")[0])
        return there and self.sender in (None, owner_of(shipment))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Packages are at a site, or on their way there, by an event that is no record of custody."""

    index: int
    packages: tuple[str, ...]
    at: int
    site: str

    def fits(self, _: str, destination: str | None) -> bool:
        """Whether they went to its enterprise by it."""
        return destination is not None and owner_of(destination) == owner_of(self.site)


@dataclass(frozen=True, slots=True)
class Inside:
    """Packages are in another one, by an event that is no record of custody."""

    index: int
    parent: str
    children: tuple[str, ...]
    at: int


@dataclass(slots=True)
class Custody:
    """What the events of one chunk come to. owner: the enterprise that captures. known: the codes of enterprises that are recorded."""

    owner: str
    known: AbstractSet[str]
    sites: dict[str, Row] = field(default_factory=dict[str, Row])
    batches: dict[str, Row] = field(default_factory=dict[str, Row])
    packages: dict[str, Row] = field(default_factory=dict[str, Row])
    moved: list[Moved] = field(default_factory=list[Moved])
    uses: list[PackageUse] = field(default_factory=list[PackageUse])
    yields: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    """Of batches, in kg, by the event that tells of it."""
    shipments: dict[str, Row] = field(default_factory=dict[str, Row])
    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    elsewhere: list[Elsewhere] = field(default_factory=list[Elsewhere])
    inside: list[Inside] = field(default_factory=list[Inside])
    of_lot: dict[str, tuple[int, set[str]]] = field(default_factory=dict[str, tuple[int, set[str]]])
    """Cases and logistic units that a lot is told of, with the event and what it may be: they are of the batches of what is in them."""
    sales: list[Row] = field(default_factory=list[Row])
    notes: dict[int, list[Note]] = field(default_factory=dict[int, list[Note]])
    doubtful: dict[int, Untold] = field(default_factory=dict[int, Untold])
    """By error declaration that names corrective events: of which goods these are to tell."""
    untold: dict[int, Untold] = field(default_factory=dict[int, Untold])
    """By event: of what it says more than becomes custody."""
    recorded: dict[int, dict[str, None]] = field(default_factory=dict[int, dict[str, None]])
    """By event: the IDs of the records that it was recorded as."""
    news: set[str] = field(default_factory=set[str])
    """The packages and batches of which something new was recorded."""

    def note(self, index: int, path: str, message: str) -> None:
        self.notes.setdefault(index, []).append(Note(path, message))

    def kept(self, row: Row, record: str, *, new: bool) -> None:
        """A row is recorded. What was there already, and is only taken for granted, is not what an event was recorded as."""
        for index in row.told_by if new or not row.implied else ():
            self.recorded.setdefault(index, {})[record] = None

    def lost(self, index: int, *, went: Iterable[str] = (), came: Iterable[str] = (), until_told: bool = False) -> None:
        """Where packages and batches went, or came from, is not recorded, though the event says it. until_told: what is still to be told
        of them may change that."""
        untold = self.untold.setdefault(index, Untold())
        lost = {*went, *came}
        untold.went.update(went)
        untold.came.update(came)
        if until_told:
            self.wait(index, lost)

    def destroyed(self, index: int, packages: Iterable[str]) -> None:
        """Packages are no more, by the event."""
        self.untold.setdefault(index, Untold()).destroyed.update(packages)

    def rest(self, index: int, package: str, shipment: str) -> None:
        """A package is where the event says, by the shipment."""
        self.untold.setdefault(index, Untold()).rests.setdefault(shipment, set()).add(package)

    def wait(self, index: int, records: Iterable[str]) -> None:
        """What the event says is to be recorded again when there is something new about these packages and batches."""
        self.untold.setdefault(index, Untold()).waits.update(records)
