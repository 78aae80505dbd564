"""What follows at once from a world's records: who was in what, what a shipment carried, what a site got.

Plain loops over all records, written to be read beside semantics.md and not to be fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .world import Receipt, Sale, Shipment, World, kind_of, recorded_ids

NEVER = float("-inf")
ALWAYS = float("inf")


@dataclass(frozen=True)
class Stay:
    """A child was in a parent while start <= t < end; end is ALWAYS while it still is."""

    parent: str
    child: str
    start: float
    end: float

    def holds_at(self, t: float) -> bool:
        """Exact: the time tolerance is of edges that lead on, not of stays."""
        return self.start <= t < self.end

    @property
    def still(self) -> bool:
        return self.end == ALWAYS


def stays_of(world: World) -> list[Stay]:
    """Each ADD (or commissioning into a parent) with the first later REMOVE of the same child from the same parent."""
    starts = [(package.parent, package.id, package.packed_at) for package in world.packages if package.parent is not None]
    ends: list[tuple[str, str, int]] = []
    for event in world.aggregations:
        for child in event.children:
            (starts if event.action == "ADD" else ends).append((event.parent, child, event.at))
    found: list[Stay] = []
    for parent, child, start in starts:
        later = [at for of, which, at in ends if (of, which) == (parent, child) and at > start]
        found.append(Stay(parent, child, start, min(later, default=ALWAYS)))
    return found


class Facts:
    """A world with its stays paired and its receipts found. Nothing here depends on a question."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.recorded = recorded_ids(world)
        self.stays = stays_of(world)
        self.batches = {batch.id: batch for batch in world.batches}
        self.items = {package.id: package for package in world.packages if package.level == "ITEM"}
        self.receipts: dict[str, Receipt] = {receipt.shipment: receipt for receipt in world.receipts}
        self._carried: dict[Shipment, set[str]] = {}

    def has_come(self, record_id: str) -> bool:
        return record_id in self.recorded

    def may_be_item(self, package: str) -> bool:
        """An item; or a package that has not come and was never seen to hold anything, so that it could be one."""
        if package in self.items:
            return True
        return kind_of(package) == "PACKAGE" and not self.has_come(package) and all(stay.parent != package for stay in self.stays)

    def ancestors_at(self, package: str, t: float) -> set[str]:
        """Every package that this one was in at t, at any depth."""
        found: set[str] = set()
        for stay in self.stays:
            if stay.child == package and stay.holds_at(t):
                found |= {stay.parent} | self.ancestors_at(stay.parent, t)
        return found

    def ancestors_now(self, package: str) -> set[str]:
        """Every package that this one is still in, at any depth."""
        found: set[str] = set()
        for stay in self.stays:
            if stay.child == package and stay.still:
                found |= {stay.parent} | self.ancestors_now(stay.parent)
        return found

    def ever_in(self, container: str) -> dict[str, float]:
        """Every package that was ever in this one, at any depth, with the time when it first came in.

        By way of a chain of stays it was in while all of them held, and came in when the last of them began.
        """
        found: dict[str, float] = {}

        def descend(parent: str, start: float, end: float) -> None:
            for stay in self.stays:
                if stay.parent != parent:
                    continue
                since, until = max(start, stay.start), min(end, stay.end)
                if since < until:
                    found[stay.child] = min(since, found.get(stay.child, ALWAYS))
                    descend(stay.child, since, until)

        descend(container, NEVER, ALWAYS)
        return found

    def among(self, listed: Iterable[str], package: str, t: float) -> bool:
        """Whether the package is one of those listed or was in one of them at t."""
        return not ({package} | self.ancestors_at(package, t)).isdisjoint(listed)

    def packages_known(self) -> set[str]:
        """All packages that any record names, come or not."""
        found = {package.id for package in self.world.packages}
        found |= {stay.parent for stay in self.stays} | {stay.child for stay in self.stays}
        for shipment in self.world.shipments:
            found |= set(shipment.packages)
        return found

    def carried(self, shipment: Shipment) -> set[str]:
        """The packages that a shipment listed and all that was in them when it left. Asked for often, and kept."""
        if shipment not in self._carried:
            known = self.packages_known()
            self._carried[shipment] = {one for one in known if self.among(shipment.packages, one, shipment.departed_at)}
        return set(self._carried[shipment])

    def delivered(self, shipment: Shipment) -> set[str]:
        """What a shipment carried less what its receipt lists as missing, with what was in those; nothing before the receipt."""
        receipt = self.receipts.get(shipment.id)
        if receipt is None:
            return set()
        return {one for one in self.carried(shipment) if not self.among(receipt.missing, one, shipment.departed_at)}

    def sells(self, sale: Sale, item: str) -> bool:
        return self.among(sale.packages, item, sale.sold_at)

    def contents(self, seed: str) -> dict[str, float]:
        """The packages, of any level, that a package, shipment or site held or got, with the earliest time of each.

        Empty for other kinds, and for a package that holds nothing.
        """
        found: dict[str, float] = {}
        if kind_of(seed) == "PACKAGE":
            found = self.ever_in(seed)
        for shipment in self.world.shipments:
            if shipment.id == seed:
                for one in self.carried(shipment):
                    found[one] = shipment.departed_at
            if shipment.destination == seed and shipment.id in self.receipts:
                for one in self.delivered(shipment):
                    found[one] = min(self.receipts[shipment.id].received_at, found.get(one, ALWAYS))
        return found
