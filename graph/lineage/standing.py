"""What befell an item last, of what a viewer is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from graph.lineage.items import Discard, Fate, Packages, Sale
from graph.model.identifiers import owner_of
from graph.model.times import ALWAYS
from graph.neighbours import Carriage, by_holders

PACKED, DEPARTED, DELIVERED, SOLD, DESTROYED = range(5)
"""In the order in which they count when they happen at one moment."""


class Happening(NamedTuple):
    """at: ms. kind: one of the above."""

    at: int
    kind: int


@dataclass(frozen=True, slots=True)
class Ways:
    """The shipments that carried items of one owner that share a fate, in which holders passed them on (docs/decisions/0005), in the order
    of their times. whole: whether these are all that there are; else nobody can tell who had the items, and each counts."""

    packages: Packages
    fate: Fate
    owner: str
    passed: Sequence[Carriage]
    whole: bool

    @classmethod
    def of(cls, packages: Packages, fate: Fate, owner: str, loads: Iterable[str], *, whole: bool) -> "Ways":
        """loads: those that the viewer is told of, which are all if whole."""
        carriages: list[Carriage] = []
        for load in loads:
            departed_at, _, destination = packages.loads[load]
            if destination is not None:
                carriages.append(Carriage(departed_at, load, owner_of(load), owner_of(destination), destination))
        passed = by_holders(owner, carriages) if whole else carriages
        return cls(packages, fate, owner, sorted(passed, key=lambda one: one.at), whole)

    def ended(self, discards: Iterable[Discard], sales: Sequence[Sale]) -> list[Happening]:
        """Those of the ends of an item that are told by who had it (docs/decisions/0020). sales: of the item."""
        return [Happening(one.at, DESTROYED) for one in discards if self._had(owner_of(one.event), one.at, sales)]

    def _had(self, enterprise: str, at: int, sales: Sequence[Sale]) -> bool:
        """Whether the enterprise had the item just before a time (ms): to whom the last shipment before it went by who had it then, or,
        while that has not arrived, from whom; at first its owner. Not what another has sold since."""
        having, since = {self.owner}, ALWAYS
        for departed, carriages in groupby((one for one in self.passed if one.at < at), key=lambda one: one.at):
            if last := [one for one in carriages if not self.whole or one.sender in having]:
                having, since = set[str]().union(*map(self._having, last)), departed
        if any(since <= sale.at <= at and owner_of(sale.site) != enterprise for sale in sales):
            return False
        return enterprise in having

    def _having(self, carriage: Carriage) -> set[str]:
        if carriage.shipment in self.fate.lost:
            return {carriage.sender}
        if self.packages.delivered(carriage.shipment, self.fate):
            return {carriage.receiver}
        return {carriage.sender, carriage.receiver}
