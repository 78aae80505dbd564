"""Items and what befell them: which parents they were in and when, which shipments carried them, where they were delivered,
sold and looked up. Items that share their stays and events share one Fate, so the work follows the parents, not the items."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.lineage.custody import QUERIED_AS, SHIPPED_IN, Custody, Load
from graph.model.times import STILL
from graph.statements import Statement, statement

_STAYS_OF_BATCH_ITEMS = statement("lineage/stays_of_batch_items")
_STAYS_OF_PACKAGES = statement("lineage/stays_of_packages")
_EVENTS_OF_BATCH_ITEMS = statement("lineage/events_of_batch_items")
_EVENTS_OF_PACKAGES = statement("lineage/events_of_packages")


class Stay(NamedTuple):
    """In a parent while start <= t < end (ms)."""

    parent: str
    start: int
    end: int

    def covers(self, at: int) -> bool:
        return self.start <= at < self.end


class Sale(NamedTuple):
    site: str
    at: int


class Holding(NamedTuple):
    """A package in a parent, since when (ms)."""

    child: str
    parent: str
    since: int


class Fate(NamedTuple):
    """What befell an item. carried: every shipment it left with, itself or in a parent; lost: those of them whose receipt
    misses it or a package that it was in at departure; sales: where and when; queries: look-ups of the item itself."""

    stays: tuple[Stay, ...]
    carried: frozenset[str]
    lost: frozenset[str]
    sales: frozenset[Sale]
    queries: tuple[str, ...]


_NONE: frozenset[str] = frozenset()
_Events = defaultdict[str, list[str]]


@dataclass(slots=True)
class Packages:
    """Stays and events of packages, as read; fates are worked out from them."""

    custody: Custody
    loads: dict[str, Load] = field(default_factory=dict[str, Load])
    _stays: defaultdict[str, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    _shipped: _Events = field(default_factory=lambda: defaultdict(list))
    _missing: _Events = field(default_factory=lambda: defaultdict(list))
    _sold: defaultdict[str, list[Sale]] = field(default_factory=lambda: defaultdict(list))
    _queried: _Events = field(default_factory=lambda: defaultdict(list))
    _parents_read: set[str] = field(default_factory=set[str])
    _fates: dict[str, Fate] = field(default_factory=dict[str, Fate])
    _shared: dict[tuple[Stay, ...], Fate] = field(default_factory=dict[tuple[Stay, ...], Fate])

    async def read_items(self, batches: Iterable[str], items: Iterable[str]) -> None:
        """All items of the batches, and the single items; then every parent they ever were in, and its parents."""
        batches, items = list(batches), list(items)
        parents = await self._read_stays(_STAYS_OF_BATCH_ITEMS, batches) | await self._read_stays(_STAYS_OF_PACKAGES, items)
        await self._read_events(_EVENTS_OF_BATCH_ITEMS, batches)
        await self._read_events(_EVENTS_OF_PACKAGES, items)
        while unread := parents - self._parents_read:
            self._parents_read |= unread
            await self._read_events(_EVENTS_OF_PACKAGES, unread)
            parents = await self._read_stays(_STAYS_OF_PACKAGES, unread)

    async def _read_stays(self, read: Statement, ids: Iterable[str]) -> set[str]:
        parents: set[str] = set()
        for parent, start, end, packages in await self.custody.rows(read, ids):
            stay = Stay(parent, start, end)
            parents.add(parent)
            for package in packages:
                self._stays[package].append(stay)
        return parents

    async def _read_events(self, read: Statement, ids: Iterable[str]) -> None:
        for kind, target, at, departed_at, received_at, destination, packages in await self.custody.rows(read, ids):
            if kind == "SOLD_AT":
                for package in packages:
                    self._sold[package].append(Sale(target, at))
                continue
            if kind != QUERIED_AS:
                self.loads[target] = Load(departed_at, received_at, destination)
            events = self._shipped if kind == SHIPPED_IN else self._queried if kind == QUERIED_AS else self._missing
            for package in packages:
                events[package].append(target)

    def fate(self, item: str) -> Fate:
        single = item in self._shipped or item in self._missing or item in self._sold or item in self._queried
        if single:
            return self._fate_of(item)
        stays = tuple(self._stays.get(item, ()))
        fate = self._shared.get(stays)
        if fate is None:
            fate = self._shared[stays] = self._work_out(item)
        return fate

    def _work_out(self, package: str) -> Fate:
        carried = set(self._shipped.get(package, ()))
        lost = set(self._missing.get(package, ()))
        sales = set(self._sold.get(package, ()))
        stays = tuple(self._stays.get(package, ()))
        for stay in stays:
            parent = self._fate_of(stay.parent)
            carried.update(load for load in parent.carried if stay.covers(self.loads[load].departed_at))
            lost.update(load for load in parent.lost if stay.covers(self.loads[load].departed_at))
            sales.update(sale for sale in parent.sales if stay.covers(sale.at))
        return Fate(stays, frozenset(carried) or _NONE, frozenset(lost) or _NONE, frozenset(sales), tuple(self._queried.get(package, ())))

    def _fate_of(self, package: str) -> Fate:
        # a parent is of a higher level than its child, so this ends
        fate = self._fates.get(package)
        if fate is None:
            fate = self._fates[package] = self._work_out(package)
        return fate

    def held_at(self, item: str, fate: Fate, at: int) -> list[Holding]:
        """What held the item at a moment, at any depth."""
        return self._held(item, fate.stays, lambda stay: stay.covers(at))

    def held_now(self, item: str, fate: Fate) -> list[Holding]:
        """What holds it still."""
        return self._held(item, fate.stays, lambda stay: stay.end == STILL)

    def _held(self, child: str, stays: Iterable[Stay], counts: Callable[[Stay], bool]) -> list[Holding]:
        found: list[Holding] = []
        for stay in stays:
            if counts(stay):
                found.append(Holding(child, stay.parent, stay.start))
                found += self._held(stay.parent, self._stays.get(stay.parent, ()), counts)
        return found

    def delivered(self, load: str, fate: Fate) -> tuple[str, int] | None:
        """Where and when a shipment brought the item, if it did."""
        shipment = self.loads[load]
        if load in fate.lost or shipment.received_at is None or shipment.destination is None:
            return None
        return shipment.destination, shipment.received_at
