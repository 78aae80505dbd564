"""What the seeds came from and where they went, and with a radius what shares their inputs, as far as the actor may know of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from api.resolvers.asked import Asked
from api.resolvers.loaders import Loaders
from graph.lineage.answer import View
from graph.lineage.cargo import Cargo, cargo_of
from graph.lineage.gaps import Gap, GapList, Limits
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from graph.model.identifiers import Kind, kind_of


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and how long it may take. radius: rings of shared inputs; None for the way of the seeds alone."""

    loaders: Loaders
    view: View
    limits: Limits
    radius: int | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """seeds: as they were asked, where they name nothing known. records: those that the actor is shown. hidden: how many more there are;
    their events are another's to tell of."""

    seeds: tuple[str, ...]
    records: frozenset[str]
    cargo: Sequence[Cargo]
    gaps: tuple[Gap, ...]
    hidden: int

    @property
    def complete(self) -> bool:
        return not self.gaps and not self.hidden

    def of(self, kind: Kind) -> list[str]:
        return sorted(record for record in self.records if kind_of(record) is kind)


async def trace(asking: Asking, asked: Asked) -> Traced:
    seeds = asked.ids
    graph, view, limits = asking.loaders.graph, asking.view, asking.limits
    starts, more, gaps, hidden = list(seeds), set[str](), set[Gap](), set[str]()
    if asking.radius is not None:
        recall = await recall_radius(graph, view, seeds, asking.radius, limits)
        gaps.update(recall.gaps)
        more = {batch.node.record for batch in recall.batches if batch.node.disclosed}
        hidden = {batch.node.id for batch in recall.batches if not batch.node.disclosed}
        starts += sorted(more.difference(seeds))
    ways = [await walk(graph, view, starts, limits, want_edges=False) for walk in (backward, forward)]
    shown = {record for way in ways for record in way.disclosed()}
    hidden |= {node.id for way in ways for node in way.nodes if not node.disclosed}
    shown |= more | await _readable(asking.loaders, seeds)
    told = GapList()
    shipments = [record for record in shown if kind_of(record) is Kind.SHIPMENT]
    cargo = await cargo_of(graph, view.scope, shipments, shown, limits, told)
    sees = replace(view, neighbours=frozenset(shown)).sees
    gaps.update(gap for way in ways for gap in way.gaps)
    gaps.update(told.shown_to(sees))
    return Traced(asked.seeds(seeds), frozenset(shown), cargo, asked.gaps(gaps), len(hidden))


async def _readable(loaders: Loaders, seeds: Iterable[str]) -> set[str]:
    return {seed for seed in seeds if await loaders.record(seed) is not None}
