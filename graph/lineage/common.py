"""Sources that several records share (semantics: Common sources)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.engine.driver import Graph
from graph.lineage.answer import Node, View
from graph.lineage.custody import Custody
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, Gap, GapList, Limits, OutOfTime
from graph.lineage.seeds import Seeds, read_seeds
from graph.lineage.trace import Tracer, enter_backward


class CommonSource(NamedTuple):
    """score: reached seeds / all seeds. reached: those seeds, in the order asked. node.distance: the greatest of its least distances."""

    node: Node
    score: float
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommonSources:
    sources: Sequence[CommonSource]
    gaps: tuple[Gap, ...]


async def common_sources(graph: Graph, view: View, ids: Sequence[str], limits: Limits) -> CommonSources:
    """Every record that backward reaches from at least one of the seeds; those that most of them share come first."""
    custody = Custody(graph, view.scope, Deadline(limits.seconds))
    gaps = GapList()
    distances: defaultdict[str, dict[str, int]] = defaultdict(dict)
    asked = tuple(dict.fromkeys(ids))
    try:
        seeds = await read_seeds(custody, gaps, asked, with_queries=True)
        walked = set(seeds.walked)
        for seed in asked:
            alone = Seeds((seed,), [seed] if seed in walked else [], {seed: seeds.items[seed]} if seed in seeds.items else {})
            tracer = Tracer(custody, gaps, limits, limits.hops, want_edges=False)
            await enter_backward(tracer, alone)
            walk = tracer.walk(forward=False)
            await follow(walk, custody, gaps, limits, limits.hops)
            tracer.add_walk(walk, alone)
            for record, distance in tracer.distances.items():
                distances[record][seed] = distance
    except OutOfTime:
        gaps.out_of_time(limits.seconds, "the sources of some of the records were")
    view = await view.knowing(custody, distances)
    found = [
        CommonSource(view.node(record, max(by_seed.values())), len(by_seed) / len(asked), tuple(seed for seed in asked if seed in by_seed))
        for record, by_seed in distances.items()
    ]
    found.sort(key=lambda source: (-source.score, source.node.distance, source.node.id))
    gaps.untold(custody.untold)
    return CommonSources(found, gaps.shown_to(view.sees))
