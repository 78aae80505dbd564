"""What else must come back (semantics: Recall radius)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.engine.driver import Graph
from graph.lineage.answer import Node, View
from graph.lineage.custody import Custody
from graph.lineage.ease import at_ease
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, Gap, GapCause, GapList, Limits, OutOfTime
from graph.lineage.items import Fate, Packages, Sale
from graph.lineage.seeds import Seeds, read_seeds
from graph.lineage.walk import Walk, replay
from graph.model.identifiers import Kind, kind_of
from graph.model.times import ALWAYS
from graph.statements import statement

_ITEM_COUNTS = statement("lineage/item_counts")
_ITEMS_OF_BATCHES = statement("lineage/items_of_batches")
_BATCHES_OF_ITEMS = statement("lineage/batches_of_items")
PACKED, DEPARTED, DELIVERED, SOLD = range(4)
"""In the order in which they count when they happen at one moment."""


class AffectedBatch(NamedTuple):
    """shared_inputs: for a batch beyond ring 0, the inputs of the ring before by which it was reached."""

    ring: int
    node: Node
    shared_inputs: tuple[Node, ...]
    item_count: int


class AffectedSite(NamedTuple):
    """item_count: by the deliveries that the viewer may know of; sold_count: at the viewer's own sites."""

    node: Node
    item_count: int
    sold_count: int


@dataclass(slots=True)
class Whereabouts:
    """Where the affected items are now, each counted once by the last thing that happened to it."""

    at_plant: int = 0
    in_transit: int = 0
    in_stock: int = 0
    sold: int = 0
    recovered: int = 0
    destroyed: int = 0


@dataclass(frozen=True, slots=True)
class RecallRadius:
    """items: those of the affected ones that the viewer may read."""

    seeds: tuple[str, ...]
    radius: int
    batches: Sequence[AffectedBatch]
    item_count: int
    sites: Sequence[AffectedSite]
    whereabouts: Whereabouts
    items: Sequence[str]
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Recall:
    """since: per batch in a ring, the time (ms) from which its items are affected; a batch all of whose items are has ALWAYS.
    single: the items of package, shipment, site and look-up seeds; partial: batches in ring 0 for the sake of those alone."""

    custody: Custody
    gaps: GapList
    limits: Limits
    ring: dict[str, int] = field(default_factory=dict[str, int])
    since: dict[str, int] = field(default_factory=dict[str, int])
    shared: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    single: set[str] = field(default_factory=set[str])
    affected: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    async def open(self, seeds: Seeds) -> None:
        """Ring 0."""
        walk = Walk.from_records(seeds.walked, forward=True, tolerance=self.limits.tolerance_ms)
        await follow(walk, self.custody, self.gaps, self.limits, self.limits.hops)
        for batch in _batches(walk):
            self.since[batch] = walk.reached[batch] - self.limits.tolerance_ms
        self.ring = dict.fromkeys(self._come(walk), 0)
        self.single = {item for found in seeds.items.values() for item in found.times}
        for batch, missing, items, _ in await self.custody.rows(_BATCHES_OF_ITEMS, self.single):
            if missing:
                self.gaps.missing(batch, min(items))
            else:
                self.ring.setdefault(batch, 0)
            self.affected.setdefault(batch, set()).update(items)

    async def widen(self, ring: int) -> None:
        """Ring k: what the direct inputs of ring k-1 reach, whatever their times."""
        before = [batch for batch, number in self.ring.items() if number == ring - 1]
        await self.custody.read_up(before)
        inputs: set[str] = set()
        for batch in before:
            for link in self.custody.up.get(batch, ()):
                inputs.add(link.other)
                if link.other in self.custody.missing:
                    self.gaps.missing(link.other, batch)
        union = Walk.from_records(inputs, forward=True, tolerance=self.limits.tolerance_ms)
        await follow(union, self.custody, self.gaps, self.limits, self.limits.hops)
        # the items of a batch that has not come are affected all the same; only the batch itself cannot be listed
        self.since |= dict.fromkeys(_batches(union), ALWAYS)
        added = [batch for batch in self._come(union) if batch not in self.ring]
        for batch in added:
            self.ring[batch] = ring
            self.shared[batch] = set()
        if added:
            self._share(inputs, added)

    def _come(self, walk: Walk) -> list[str]:
        """The batches of a walk, but for those that have not come."""
        return [batch for batch in _batches(walk) if batch not in self.custody.missing]

    def _share(self, inputs: Iterable[str], added: Iterable[str]) -> None:
        """Which inputs reached which batch: the walk of each input alone, over what has been read."""
        fresh = set(added)
        for source in inputs:
            self.custody.deadline.left()
            walk = Walk.from_records([source], forward=True, tolerance=self.limits.tolerance_ms)
            for batch in fresh & replay(walk, self.custody.down, frozenset(), self.limits.hops).reached.keys():
                self.shared[batch].add(source)

    async def items(self) -> list[str]:
        """The affected items, by their batch; returns the batches whose items were read."""
        chosen = await self._within_size()
        for batch, items, times in await self.custody.rows(_ITEMS_OF_BATCHES, chosen):
            since = self.since[batch]
            self.affected.setdefault(batch, set()).update(item for item, at in zip(items, times, strict=True) if at >= since)
        return chosen

    async def _within_size(self) -> list[str]:
        counts = {row[0]: row[1] for row in await self.custody.rows(_ITEM_COUNTS, self.since)}
        chosen: list[str] = []
        total = len(self.single)
        for batch in sorted(counts, key=lambda batch: (self.ring.get(batch, 0), batch)):
            total += counts[batch]
            if total > self.limits.items:
                detail = f"the limit of {self.limits.items} items was met; the {counts[batch]} items of {batch} are left out"
                self.gaps.add(GapCause.SIZE_LIMIT, batch, detail)
            else:
                chosen.append(batch)
        return chosen


async def recall_radius(graph: Graph, view: View, ids: Sequence[str], radius: int, limits: Limits) -> RecallRadius:
    """Affected batches by ring, items, sites and where the items are now. A viewer bound to an enterprise has its own items counted, and
    of what befell them what it may know: the shipments that it sent or got, the sales at its own sites. A regulator has all of them
    counted, and those listed that may be read."""
    recall = _Recall(Custody(graph, view.scope, Deadline(limits.seconds)), GapList(), limits)
    packages = Packages(recall.custody)
    seeds = Seeds(tuple(dict.fromkeys(ids)))
    try:
        seeds = await read_seeds(recall.custody, recall.gaps, ids, with_queries=True)
        await recall.open(seeds)
        for ring in range(1, radius + 1):
            await recall.widen(ring)
        await packages.read_items(await recall.items(), recall.single)
    except OutOfTime:
        recall.gaps.out_of_time(limits.seconds, "part of the rings, or of what befell their items, was")
    counted = recall.affected
    if not view.counts_hidden:
        counted = {batch: {item for item in items if view.scope.sees(item)} for batch, items in counted.items()}
    items = sorted(set[str]().union(*counted.values()))
    sites, whereabouts, view = await _fates(recall, packages, items, view)
    batches = sorted(
        AffectedBatch(
            ring, view.node(batch, ring), tuple(view.nodes(dict.fromkeys(recall.shared.get(batch, ()), 1))), len(counted.get(batch, ()))
        )
        for batch, ring in recall.ring.items()
    )
    shown = list(filter(view.scope.sees, items))
    return RecallRadius(seeds.ids, radius, batches, len(items), sites, whereabouts, shown, recall.gaps.shown_to(view.sees))


@dataclass(slots=True)
class _Tally:
    """What befell the items: by site, how many were delivered and sold there; the shipments that came to each; the last event of each."""

    delivered: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    sold: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    referrers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lasts: Counter[int] = field(default_factory=Counter[int])


_Groups = list[tuple[Fate, list[str]]]


def _by_fate(packages: Packages, items: Sequence[str]) -> _Groups:
    groups: dict[int, tuple[Fate, list[str]]] = {}
    for item in items:
        fate = packages.fate(item)
        groups.setdefault(id(fate), (fate, []))[1].append(item)
    return list(groups.values())


def _tally(packages: Packages, groups: _Groups, view: View) -> _Tally:
    """Sites stand in the path whoever delivered there; counted, and taken for the last event, is what the viewer may know of."""
    found = _Tally()
    for fate, group in groups:
        arrivals = {load: arrival for load in fate.carried if (arrival := packages.delivered(load, fate))}
        told = [load for load in fate.carried if view.counts_hidden or view.sees(load)]
        for load, (site, _) in arrivals.items():
            found.referrers[site].add(load)
        for site in {arrivals[load][0] for load in told if load in arrivals}:
            found.delivered[site] += len(group)
        sales = [sale for sale in fate.sales if view.counts_hidden or view.scope.sees(sale.site)]
        together = _last(packages, told, [arrivals[load][1] for load in told if load in arrivals], sales)
        sites_together = {sale.site for sale in sales}
        for item in group:
            alone = [sale for sale in packages.sold(item) if view.counts_hidden or view.scope.sees(sale.site)]
            for site in sites_together.union(sale.site for sale in alone) if alone else sites_together:
                found.sold[site] += 1
            found.lasts[max(together, *((sale.at, SOLD) for sale in alone))[1] if alone else together[1]] += 1
    return found


async def _fates(recall: _Recall, packages: Packages, items: Sequence[str], view: View) -> tuple[list[AffectedSite], Whereabouts, View]:
    """Also the view, with what of the shipments and sites the viewer may know as a neighbour."""
    groups = await at_ease(lambda: _by_fate(packages, items), len(items))
    recall.gaps.circular(packages.circular)
    view = await view.knowing(recall.custody, set[str]().union(*(fate.carried for fate, _ in groups)))
    found = await at_ease(lambda: _tally(packages, groups, view), len(items))
    lasts, places = found.lasts, found.referrers.keys() | found.sold.keys()
    whereabouts = Whereabouts(at_plant=lasts[PACKED], in_transit=lasts[DEPARTED], in_stock=lasts[DELIVERED], sold=lasts[SOLD])
    try:
        come = await recall.custody.present(places, any_owner=True)
        for site in places:
            if not come.get(site, (False, None))[0]:
                for referrer in found.referrers.get(site, {site}):
                    recall.gaps.missing(site, referrer)
    except OutOfTime:
        pass
    view = await view.knowing(recall.custody, places)
    return sorted(AffectedSite(view.node(site, 0), found.delivered[site], found.sold[site]) for site in places), whereabouts, view


def _last(packages: Packages, loads: Iterable[str], delivered: Iterable[int], sales: Iterable[Sale]) -> tuple[int, int]:
    """When (ms) and what of this came last."""
    events = [(packages.loads[load].departed_at, DEPARTED) for load in loads]
    events += [(at, DELIVERED) for at in delivered]
    events += [(sale.at, SOLD) for sale in sales]
    return max(events, default=(ALWAYS, PACKED))


def _batches(walk: Walk) -> list[str]:
    return [record for record in walk.reached if kind_of(record) is Kind.PRODUCTION_BATCH]
