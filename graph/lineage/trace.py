"""Forward and backward (semantics: Forward, Backward, Seeds)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from graph.engine.driver import Graph
from graph.lineage.answer import Edge, Lineage, View, lineage
from graph.lineage.custody import CONTAINS, DELIVERED_TO, PACKED_INTO, QUERIED_AS, SHIPPED_IN, Custody
from graph.lineage.ease import at_ease
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, GapCause, GapList, Limits, OutOfTime
from graph.lineage.items import NOW, WITH_LOOK_UPS, Fate, Packages
from graph.lineage.seeds import Seeds, read_seeds
from graph.lineage.walk import Walk, led_to_by_others
from graph.model.identifiers import Kind, kind_of
from graph.model.times import ALWAYS, FOREVER
from graph.statements import statement

_ITEM_COUNTS = statement("lineage/item_counts")
_ITEMS_OF_BATCHES = statement("lineage/items_of_batches")


class Reached(NamedTuple):
    """Items reached over as many edges, each at its time (ms). seed: the package, shipment, site or look-up that they were reached from;
    None by their batches. There may be a million: columns take a third of the time that a tuple an item does."""

    items: Sequence[str]
    times: Sequence[int]
    hops: int
    seed: str | None


@dataclass(slots=True)
class Tracer:
    """The state of one question, forward or backward. brought: the sites delivered to, and the shipments that came there."""

    custody: Custody
    gaps: GapList
    limits: Limits
    hops: int
    want_edges: bool
    starts: dict[int, dict[str, int]] = field(default_factory=dict[int, dict[str, int]])
    distances: dict[str, int] = field(default_factory=dict[str, int])
    edges: set[Edge] = field(default_factory=set[Edge])
    brought: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def node(self, record: str, distance: int) -> None:
        known = self.distances.get(record)
        if known is None or distance < known:
            self.distances[record] = distance

    def edge(self, source: str, target: str, kind: str, at: int | None, quantity: str | None = None) -> None:
        if self.want_edges:
            self.edges.add(Edge(source, target, kind, at, quantity))

    def add_walk(self, walk: Walk, seeds: Seeds) -> None:
        """The records of a walk, and the edges that led on. A seed is among them only when another seed leads to it."""
        links = self.custody.down if walk.forward else self.custody.up
        started = set(seeds.walked)
        for record, distance in walk.distance.items():
            if record not in started:
                self.node(record, distance)
        if len(seeds.ids) > 1:
            missing = set[str]() if walk.forward else self.custody.missing
            for seed, distance in led_to_by_others(self.starts, links, missing, walk).items():
                if distance <= self.hops:
                    self.node(seed, distance)
                else:
                    limit = f"the hop limit of {self.hops} was met before {seed}, to which others of the records asked about lead"
                    self.gaps.add(GapCause.HOP_LIMIT, seed, limit)
        if self.want_edges:
            for record, time in walk.reached.items():
                for link in links.get(record, ()):
                    if walk.leads_on(time, link) and link.other in walk.reached:
                        ends = (record, link.other) if walk.forward else (link.other, record)
                        self.edge(*ends, link.kind, link.at, link.quantity)

    def walk(self, forward: bool) -> Walk:
        copy = {hop: dict(entering) for hop, entering in self.starts.items()}
        return Walk(forward, self.limits.tolerance_ms, copy)

    def seed_edges(self, seeds: Seeds) -> None:
        for seed, found in seeds.items.items():
            if found.hops:
                for item, at in found.times.items():
                    ends = (seed, item) if found.edge == CONTAINS else (item, seed)
                    self.edge(*ends, found.edge, None if found.edge == QUERIED_AS else at)

    def cut(self) -> None:
        """Leave out what lies beyond the asked number of hops, and say so."""
        beyond = [record for record, distance in self.distances.items() if distance > self.hops]
        if beyond:
            for record in beyond:
                del self.distances[record]
            self.edges = {edge for edge in self.edges if not {edge.source, edge.target} & set(beyond)} if self.edges else self.edges
            self.gaps.add(
                GapCause.HOP_LIMIT, None, f"the hop limit of {self.hops} was met; records beyond it that were left out: {len(beyond)}"
            )


async def backward(
    graph: Graph, view: View, ids: Sequence[str], limits: Limits, max_hops: int | None = None, *, want_edges: bool = True
) -> Lineage:
    """Everything that the seeds came from: batches, lots, suppliers, deliveries, farms."""
    tracer = _tracer(graph, view, limits, max_hops, want_edges)
    seeds = Seeds(tuple(dict.fromkeys(ids)))
    try:
        seeds = await read_seeds(tracer.custody, tracer.gaps, ids, with_queries=True)
        await enter_backward(tracer, seeds)
        walk = tracer.walk(forward=False)
        await follow(walk, tracer.custody, tracer.gaps, limits, tracer.hops)
        tracer.add_walk(walk, seeds)
        tracer.seed_edges(seeds)
    except OutOfTime:
        tracer.gaps.out_of_time(limits.seconds, "the packages asked about were")
    tracer.gaps.untold(tracer.custody.untold)
    tracer.cut()
    return await lineage(tracer.custody, seeds.ids, tracer.distances, tracer.edges, tracer.gaps, view)


async def enter_backward(tracer: Tracer, seeds: Seeds) -> None:
    """Where the walk back starts: the seeds themselves, and the batches of the items that seeds stand for."""
    tracer.starts = {0: dict.fromkeys(seeds.walked, FOREVER)}
    hops_of: dict[str, int] = {}
    for seed, found in seeds.items.items():
        for item in found.times:
            hops_of[item] = min(found.hops, hops_of.get(item, found.hops))
            if item != seed:
                tracer.node(item, found.hops)
    for batch, missing, items, times in await tracer.custody.packed(hops_of):
        for item, at in zip(items, times, strict=True):
            if missing:
                tracer.gaps.missing(batch, item)
                continue
            entering = tracer.starts.setdefault(hops_of[item] + 1, {})
            entering[batch] = max(at, entering.get(batch, at))
            tracer.edge(batch, item, PACKED_INTO, at)


async def forward(
    graph: Graph, view: View, ids: Sequence[str], limits: Limits, max_hops: int | None = None, *, want_edges: bool = True
) -> Lineage:
    """Everything that the seeds went into: batches, packages, shipments, sites, look-ups."""
    tracer = _tracer(graph, view, limits, max_hops, want_edges)
    seeds = Seeds(tuple(dict.fromkeys(ids)))
    walk = Walk.from_records((), forward=True, tolerance=limits.tolerance_ms)
    packages = Packages(tracer.custody, WITH_LOOK_UPS)
    reached: list[Reached] = []
    try:
        seeds = await read_seeds(tracer.custody, tracer.gaps, ids, with_queries=False)
        tracer.starts = {0: dict.fromkeys(seeds.walked, ALWAYS)}
        walk = tracer.walk(forward=True)
        await follow(walk, tracer.custody, tracer.gaps, limits, tracer.hops)
        tracer.add_walk(walk, seeds)
        reached = [Reached(list(found.times), list(found.times.values()), found.hops, seed) for seed, found in seeds.items.items()]
        tracer.seed_edges(seeds)
        singles = set(chain.from_iterable(one.items for one in reached))
        batches, packed = await items_reached(tracer, walk)
        reached += packed
        await packages.read_items(batches, singles)
    except OutOfTime:
        tracer.gaps.out_of_time(limits.seconds, "what befell the packages was")
    await at_ease(lambda: Downstream(tracer, packages).add(reached), sum(len(one.items) for one in reached))
    tracer.gaps.circular(packages.circular)
    await drop_missing_sites(tracer)
    tracer.gaps.untold(tracer.custody.untold)
    tracer.cut()
    return await lineage(tracer.custody, seeds.ids, tracer.distances, tracer.edges, tracer.gaps, view)


async def items_reached(tracer: Tracer, walk: Walk) -> tuple[list[str], list[Reached]]:
    """The batches reached, and the items packed from them, each from when it was packed."""
    batches = [record for record in walk.reached if kind_of(record) is Kind.PRODUCTION_BATCH]
    chosen = await within_size(tracer, batches)
    columns: defaultdict[int, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    for batch, items, times in await tracer.custody.rows(_ITEMS_OF_BATCHES, chosen):
        first, since = walk.steps[batch][0]  # the latest of its times: what was packed after it was reached by the shortest way
        packed = {first: (items, times)} if min(times, default=since) >= since else _by_hops(walk, batch, items, times)
        for hops, (some, at) in packed.items():
            columns[hops][0].extend(some)
            columns[hops][1].extend(at)
        if tracer.want_edges:
            for item, at in chain.from_iterable(zip(*each, strict=True) for each in packed.values()):
                tracer.edge(batch, item, PACKED_INTO, at)
    return chosen, [Reached(*each, hops + 1, None) for hops, each in columns.items()]


def _by_hops(walk: Walk, batch: str, items: Sequence[str], times: Sequence[int]) -> dict[int, tuple[list[str], list[int]]]:
    """The items that were packed in time, by how few edges the batch is reached in time for them."""
    found: dict[int, tuple[list[str], list[int]]] = {}
    for item, at in zip(items, times, strict=True):
        hops = walk.hops_to(batch, at)
        if hops is not None:
            some, since = found.setdefault(hops, ([], []))
            some.append(item)
            since.append(at)
    return found


async def within_size(tracer: Tracer, batches: Iterable[str]) -> list[str]:
    """The batches whose items fit within the limit of items; a gap for each of the others."""
    counts = {row[0]: row[1] for row in await tracer.custody.rows(_ITEM_COUNTS, batches)}
    chosen: list[str] = []
    total = 0
    for batch in sorted(counts):
        total += counts[batch]
        if total > tracer.limits.items:
            detail = f"the limit of {tracer.limits.items} items was met; the {counts[batch]} items of {batch} were not followed"
            tracer.gaps.add(GapCause.SIZE_LIMIT, batch, detail)
        else:
            chosen.append(batch)
    return chosen


@dataclass(slots=True)
class Downstream:
    """Parents, shipments, sites and look-ups of the items reached. again: the items that were reached in several ways."""

    tracer: Tracer
    packages: Packages

    again: dict[str, list[Reached]] = field(default_factory=dict[str, list[Reached]])
    moved: dict[tuple[frozenset[str], frozenset[str], int, str | None], list[int]] = field(
        default_factory=dict[tuple[frozenset[str], frozenset[str], int, str | None], list[int]]
    )
    """The moments of those departures that have been followed once for all whom they carried."""

    def add(self, reached: Sequence[Reached]) -> None:
        if len(set(chain.from_iterable(one.items for one in reached))) < sum(len(one.items) for one in reached):
            ways = Counter(chain.from_iterable(one.items for one in reached))
            for one in reached:
                for item in one.items:
                    if ways[item] > 1:
                        self.again.setdefault(item, []).append(one)
        for one in reached:
            self._add(one)
            self._follow(one)

    def _add(self, one: Reached) -> None:
        """Items at their distance, and their look-ups; not what is reached from itself alone."""
        distances, look_ups = self.tracer.distances, self.packages.look_ups
        items = dict.fromkeys(one.items, one.hops)
        for item in filter(look_ups.__contains__, items) if look_ups else ():
            for query in look_ups[item]:
                self._reach(one, query, 1)
                self.tracer.edge(item, query, QUERIED_AS, None)
        if one.seed is not None:
            items.pop(one.seed, None)
        if distances.keys().isdisjoint(items):
            distances.update(items)
        else:
            for item, hops in items.items():
                self.tracer.node(item, hops)

    def _follow(self, one: Reached) -> None:
        """Once for all items that share a fate, where that leads all of them to the same."""
        times = dict(zip(one.items, one.times, strict=True))
        more: defaultdict[str, set[int]] = defaultdict(set)
        if self.again:
            for item, at in zip(one.items, one.times, strict=True):
                if item in self.again:
                    more[item].add(at)
        for fate, group in self.packages.alike(one.items):
            if self._apart(fate, group, times):
                for item in dict.fromkeys(group):
                    for at in more.get(item) or (times[item],):
                        self._hold(one, item, fate, self._move(one, item, at, fate))
                continue
            first = group[0]
            key = fate.carried, fate.lost, one.hops, one.seed
            moments = self.moved.get(key)
            if moments is None:
                moments = self.moved[key] = self._move(one, first, times[first], fate)
            self._hold(one, first, fate, moments)

    def _apart(self, fate: Fate, group: Sequence[str], times: Mapping[str, int]) -> bool:
        """Whether items with one fate lead to different records, or by different edges."""
        if self.tracer.want_edges or (self.again and any(item in self.again for item in group)):
            return True
        first_departure = min([self.packages.loads[load].departed_at for load in fate.carried], default=FOREVER)
        return first_departure < max(map(times.__getitem__, group)) - self.tracer.limits.tolerance_ms

    def _move(self, one: Reached, item: str, at: int, fate: Fate) -> list[int]:
        """Adds the shipments that carried an item, and where they brought it; the moments (ms) at which its parents count, now too."""
        tracer, tolerance = self.tracer, self.tracer.limits.tolerance_ms
        moments = [NOW]
        for load in fate.carried:
            departed_at = self.packages.loads[load].departed_at
            if departed_at < at - tolerance:
                continue
            moments.append(departed_at)
            self._reach(one, load, 1)
            tracer.edge(item, load, SHIPPED_IN, departed_at)
            delivered = self.packages.delivered(load, fate)
            if delivered and delivered[1] >= departed_at - tolerance:
                self._reach(one, delivered[0], 2)
                tracer.brought.setdefault(delivered[0], set()).add(load)
                tracer.edge(load, delivered[0], DELIVERED_TO, delivered[1])
        return moments

    def _hold(self, one: Reached, item: str, fate: Fate, moments: Sequence[int]) -> None:
        """The parents at the moments. A parent has its item's distance, by whichever way the item was reached soonest."""
        ways = self.again.get(item)
        for child, parent, since in self.packages.held(item, fate.stays, moments):
            if self.tracer.want_edges:
                self.tracer.edge(parent, child, CONTAINS, since)
            if parent != one.seed:
                self.tracer.node(parent, min(way.hops for way in ways if way.seed != parent) if ways else one.hops)

    def _reach(self, one: Reached, record: str, further: int) -> None:
        # what is reached from a seed alone does not put that seed into its own answer
        if record != one.seed:
            self.tracer.node(record, one.hops + further)


async def drop_missing_sites(tracer: Tracer) -> None:
    """A destination that has not come is a gap, not a node."""
    try:
        come = await tracer.custody.present(tracer.brought, any_owner=True)
    except OutOfTime:
        return
    gone = {site: loads for site, loads in tracer.brought.items() if not come.get(site, (False, None))[0]}
    for site, loads in gone.items():
        for load in loads:
            tracer.gaps.missing(site, load)
        tracer.distances.pop(site, None)
    if gone:
        tracer.edges = {edge for edge in tracer.edges if edge.target not in gone}


def _tracer(graph: Graph, view: View, limits: Limits, max_hops: int | None, want_edges: bool) -> Tracer:
    hops = limits.hops if max_hops is None else min(max_hops, limits.hops)
    return Tracer(Custody(graph, view.scope, Deadline(limits.seconds)), GapList(), limits, hops, want_edges)
