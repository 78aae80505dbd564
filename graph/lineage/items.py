"""Items and what befell them: which parents they were in and when, which shipments carried them, where they were delivered,
sold and looked up. Items that share their stays share one Fate, so the work follows the parents, not the items."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.lineage.custody import DISCARDED, MISSING_FROM, QUERIED_AS, SHIPPED_IN, SOLD_AT, UNTOLD_TO, Custody, Load
from graph.model.times import STILL
from graph.statements import Statement, statement

_STAYS_OF_BATCH_ITEMS = statement("lineage/stays_of_batch_items")
_STAYS_OF_PACKAGES = statement("lineage/stays_of_packages")


NOW = STILL - 1
"""The moment of which a stay that has not ended is part, and no other."""


class Befalling(NamedTuple):
    """What is read of packages: the events of single items of batches, and of packages themselves."""

    of_batch_items: Statement
    of_packages: Statement


def _befalling(last: str) -> Befalling:
    events = f"{SHIPPED_IN}|{MISSING_FROM}|{UNTOLD_TO}|{last}"
    return Befalling(*(statement(f"lineage/events_of_{of}", events=events) for of in ("batch_items", "packages")))


WITH_LOOK_UPS, WITH_SALES = _befalling(QUERIED_AS), _befalling(f"{SOLD_AT}|{DISCARDED}")
"""Sales, and what was destroyed, are read only where they count: most items are sold, each at its own time, which is a row an item."""


DEEPEST = 8
"""Packages within packages: there are four levels, and a parent is of a higher one than its child."""


class Stay(NamedTuple):
    """In a parent while start <= t < end (ms)."""

    parent: str
    start: int
    end: int


class Sale(NamedTuple):
    site: str
    at: int


class Discard(NamedTuple):
    """That an item was destroyed, by a captured event, at a time (ms)."""

    event: str
    at: int


class Holding(NamedTuple):
    """A package in a parent, since when (ms)."""

    child: str
    parent: str
    since: int


class Fate(NamedTuple):
    """What befell an item together with others. carried: every shipment it left with, itself or in a parent; lost: those of
    them whose receipt misses it or a package that it was in at departure; sales: of it and of its parents, where and when.

    The sales, look-ups and ends of single items are beside it (`Packages.sold`, `look_ups`, `discarded`), so that the
    items of a case share one.
    """

    stays: tuple[Stay, ...]
    carried: frozenset[str]
    lost: frozenset[str]
    sales: frozenset[Sale]


_Events = defaultdict[str, list[str]]


@dataclass(slots=True)
class Packages:
    """Stays and events of packages, as read; fates are worked out from them."""

    custody: Custody
    befalling: Befalling
    loads: dict[str, Load] = field(default_factory=dict[str, Load])
    _stays: dict[str, tuple[Stay, ...]] = field(default_factory=dict[str, tuple[Stay, ...]])
    _shipped: _Events = field(default_factory=lambda: defaultdict(list))
    _missing: _Events = field(default_factory=lambda: defaultdict(list))
    _sold: defaultdict[str, list[Sale]] = field(default_factory=lambda: defaultdict(list))
    _discarded: defaultdict[str, list[Discard]] = field(default_factory=lambda: defaultdict(list))
    _queried: _Events = field(default_factory=lambda: defaultdict(list))
    _parents_read: set[str] = field(default_factory=set[str])
    _fates: dict[str, Fate] = field(default_factory=dict[str, Fate])
    _shared: dict[int, Fate] = field(default_factory=dict[int, Fate])
    _within: set[str] = field(default_factory=set[str])
    circular: set[str] = field(default_factory=set[str])
    """Packages that are in themselves, which no record may say."""

    async def read_items(self, batches: Iterable[str], items: Iterable[str]) -> None:
        """All items of the batches, and the single items; then every parent they ever were in, and its parents."""
        batches, items = list(batches), list(items)
        parents = await self._read_stays(_STAYS_OF_BATCH_ITEMS, batches) | await self._read_stays(_STAYS_OF_PACKAGES, items)
        await self._read_events(self.befalling.of_batch_items, batches)
        await self._read_events(self.befalling.of_packages, items)
        while unread := parents - self._parents_read:
            self._parents_read |= unread
            await self._read_events(self.befalling.of_packages, unread)
            parents = await self._read_stays(_STAYS_OF_PACKAGES, unread)

    async def _read_stays(self, read: Statement, ids: Iterable[str]) -> set[str]:
        """Packages that were together so far, and are in the row, go on sharing one tuple: it tells them from others by its identity."""
        parents: set[str] = set()
        known = self._stays
        for parent, start, end, packages in await self.custody.rows(read, ids):
            stay = Stay(parent, start, end)
            parents.add(parent)
            before = list(map(known.get, packages))
            if before.count(before[0]) == len(before):
                known.update(dict.fromkeys(packages, (*(before[0] or ()), stay)))
                continue
            longer: dict[int, tuple[Stay, ...]] = {}
            for package, stays in zip(packages, before, strict=True):
                if (more := longer.get(id(stays))) is None:
                    more = longer[id(stays)] = (*(stays or ()), stay)
                known[package] = more
        return parents

    async def _read_events(self, read: Statement, ids: Iterable[str]) -> None:
        for kind, target, at, departed_at, received_at, destination, packages in await self.custody.rows(read, ids):
            if kind == SOLD_AT:
                for package in packages:
                    self._sold[package].append(Sale(target, at))
                continue
            if kind == DISCARDED:
                for package in packages:
                    self._discarded[package].append(Discard(target, at))
                continue
            if kind == UNTOLD_TO:
                self.custody.untold[target].update(packages)
                continue
            if kind != QUERIED_AS:
                self.loads[target] = Load(departed_at, received_at, destination)
            events = self._shipped if kind == SHIPPED_IN else self._queried if kind == QUERIED_AS else self._missing
            for package in packages:
                events[package].append(target)

    def alike(self, items: Iterable[str]) -> Iterator[tuple[Fate, list[str]]]:
        """Those together that share a fate. There may be a million of them: a fate is worked out once for all that share it."""
        stays, shipped, missing = self._stays, self._shipped, self._missing
        alone = bool(shipped or missing)
        groups: defaultdict[str | int, list[str]] = defaultdict(list)
        for item in items:
            groups[item if alone and (item in shipped or item in missing) else id(stays.get(item))].append(item)
        for key, group in groups.items():
            yield self._fate_of(group[0]) if isinstance(key, str) else self._together(group[0]), group

    def _together(self, package: str) -> Fate:
        stays = self._stays.get(package, ())
        fate = self._shared.get(id(stays))
        if fate is None:
            fate = self._shared[id(stays)] = self._work_out(stays)
        return fate

    def sold(self, item: str) -> Sequence[Sale]:
        """The sales of the item itself."""
        return self._sold.get(item, ())

    def discarded(self, item: str) -> Sequence[Discard]:
        """The events by which the item itself was destroyed: what is told of a parent is not told of what is in it."""
        return self._discarded.get(item, ())

    @property
    def look_ups(self) -> Mapping[str, Sequence[str]]:
        """Of the items that were looked up, the look-ups of the item itself."""
        return self._queried

    def _fate_of(self, package: str) -> Fate:
        if package not in self._shipped and package not in self._missing and package not in self._sold:
            return self._together(package)
        fate = self._fates.get(package)
        if fate is None:
            own = self._shipped.get(package, ()), self._missing.get(package, ()), self._sold.get(package, ())
            fate = self._fates[package] = self._work_out(self._stays.get(package, ()), *own)
        return fate

    def _work_out(
        self, stays: tuple[Stay, ...], shipped: Iterable[str] = (), missing: Iterable[str] = (), sold: Iterable[Sale] = ()
    ) -> Fate:
        """A package's own shipments and sales, and those of its parents while it was in them."""
        carried, lost, sales = list(shipped), list(missing), list(sold)
        for stay in stays:
            # a parent is of a higher level than its child, and so in nothing that is in it; were it, that is told as a gap
            if stay.parent in self._within:
                self.circular.add(stay.parent)
                continue
            self._within.add(stay.parent)
            parent, start, end = self._fate_of(stay.parent), stay.start, stay.end
            self._within.discard(stay.parent)
            carried += [load for load in parent.carried if start <= self.loads[load].departed_at < end]
            if parent.lost:
                lost += [load for load in parent.lost if start <= self.loads[load].departed_at < end]
            if parent.sales:
                sales += [sale for sale in parent.sales if start <= sale.at < end]
        return Fate(stays, frozenset(carried), frozenset(lost), frozenset(sales))

    def held(self, child: str, stays: Iterable[Stay], moments: Sequence[int], depth: int = 0) -> list[Holding]:
        """What held a package with these stays at one of the moments, and what held that then, and so on."""
        found: list[Holding] = []
        for stay in stays:
            within = [at for at in moments if stay.start <= at < stay.end]
            if within:
                found.append(Holding(child, stay.parent, stay.start))
                outer = self._stays.get(stay.parent)
                if outer and depth < DEEPEST:
                    found += self.held(stay.parent, outer, within, depth + 1)
        return found

    def delivered(self, load: str, fate: Fate) -> tuple[str, int] | None:
        """Where and when a shipment brought the item, if it did."""
        shipment = self.loads[load]
        if load in fate.lost or shipment.received_at is None or shipment.destination is None:
            return None
        return shipment.destination, shipment.received_at
