"""What else must come back (semantics: Recall radius)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from graph.engine.driver import Graph
from graph.lineage.answer import Node, View
from graph.lineage.custody import Custody
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, Gap, GapCause, GapList, Limits, OutOfTime
from graph.lineage.items import WITH_SALES, Packages
from graph.lineage.seeds import Seeds, read_seeds
from graph.lineage.told import AffectedSite, Whereabouts, befallen, items_told
from graph.lineage.walk import Walk, replay
from graph.model.identifiers import Kind, kind_of
from graph.model.times import ALWAYS
from graph.statements import statement

_ITEM_COUNTS = statement("lineage/item_counts")
_ITEMS_OF_BATCHES = statement("lineage/items_of_batches")


class AffectedBatch(NamedTuple):
    """shared_inputs: for a batch beyond ring 0, the inputs of the ring before by which it was reached."""

    ring: int
    node: Node
    shared_inputs: tuple[Node, ...]
    item_count: int


@dataclass(frozen=True, slots=True)
class RecallRadius:
    """items: those of the affected ones that the viewer may know. counts_whole: False where items, deliveries or sales may be left
    out that the viewer may not know of."""

    seeds: tuple[str, ...]
    radius: int
    batches: Sequence[AffectedBatch]
    item_count: int
    counts_whole: bool
    sites: Sequence[AffectedSite]
    whereabouts: Whereabouts
    items: Sequence[str]
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Recall:
    """since: per batch in a ring, the time (ms) from which its items are affected; a batch all of whose items are has ALWAYS.
    single: the items of package, shipment, site and look-up seeds. affected: items by batch.
    unborn: batches of items that have not come."""

    custody: Custody
    gaps: GapList
    limits: Limits
    ring: dict[str, int] = field(default_factory=dict[str, int])
    since: dict[str, int] = field(default_factory=dict[str, int])
    shared: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    single: set[str] = field(default_factory=set[str])
    affected: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    unborn: set[str] = field(default_factory=set[str])

    async def open(self, seeds: Seeds) -> None:
        """Ring 0."""
        walk = Walk.from_records(seeds.walked, forward=True, tolerance=self.limits.tolerance_ms)
        await follow(walk, self.custody, self.gaps, self.limits, self.limits.hops)
        for batch in _batches(walk):
            self.since[batch] = walk.reached[batch] - self.limits.tolerance_ms
        self.ring = dict.fromkeys(self._come(walk), 0)
        self.single = {item for found in seeds.items.values() for item in found.times}
        for batch, missing, items, _ in await self.custody.packed(self.single):
            if missing:
                self.gaps.missing(batch, min(items))
                self.unborn.add(batch)
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

    def opaque(self, radius: int) -> Iterable[str]:
        """The batches of which who may not read them cannot say that none of their items is left out. It does not hang on whether there
        are such items, nor beyond ring 0 on whether a batch has an input: the rest of the answer does not tell a stranger."""
        return self.since.keys() | self.ring.keys() if radius else self.since.keys()

    def refer(self, shown: Iterable[str]) -> None:
        """Who may know an item may know that its batch has not come."""
        told = set(shown) if self.unborn else set[str]()
        for batch in self.unborn:
            for item in islice(told.intersection(self.affected[batch]), 1):
                self.gaps.missing(batch, item)

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
    """Affected batches by ring, items, sites and where the items are now. A viewer bound to an enterprise is told of its own items and of
    those that it held, and of what befell them what it may know: the shipments that it sent or got, the sales at its own sites. A
    regulator has all of them counted, and those listed that may be known."""
    recall = _Recall(Custody(graph, view.scope, Deadline(limits.seconds)), GapList(), limits)
    packages = Packages(recall.custody, WITH_SALES)
    seeds = Seeds(tuple(dict.fromkeys(ids)))
    try:
        seeds = await read_seeds(recall.custody, recall.gaps, ids, with_queries=True)
        await recall.open(seeds)
        for ring in range(1, radius + 1):
            await recall.widen(ring)
        await packages.read_items(await recall.items(), recall.single)
    except OutOfTime:
        recall.gaps.out_of_time(limits.seconds, "part of the rings, or of what befell their items, was")
    items = await items_told(recall.affected, packages, view)
    recall.gaps.circular(packages.circular)
    recall.gaps.untold(recall.custody.untold)
    found = await befallen(items, packages, recall.gaps, limits, view)
    # who counts what is hidden, and who sees everything, has nothing left out
    whole = view.counts_hidden or view.scope.everything
    whole = whole or (items.all_known and found.ways_known and all(map(view.scope.sees, recall.opaque(radius))))
    recall.refer(items.shown)
    view = await found.view.knowing(recall.custody, recall.gaps.referrers())
    batches = sorted(
        AffectedBatch(
            ring, view.node(batch, ring), tuple(view.nodes(dict.fromkeys(recall.shared.get(batch, ()), 1))), items.by_batch.get(batch, 0)
        )
        for batch, ring in recall.ring.items()
    )
    return RecallRadius(
        seeds.ids, radius, batches, items.count, whole, found.sites, found.whereabouts, items.shown, recall.gaps.shown_to(view.sees)
    )


def _batches(walk: Walk) -> list[str]:
    return [record for record in walk.reached if kind_of(record) is Kind.PRODUCTION_BATCH]
