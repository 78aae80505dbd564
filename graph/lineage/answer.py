"""What a lineage question answers: flat, totally ordered, complete or with its gaps."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from auth.scope import Scope
from graph.lineage.custody import CONTAINS, DELIVERED_TO, Custody
from graph.lineage.ease import at_ease, made
from graph.lineage.gaps import Gap, GapList, OutOfTime
from graph.model.identifiers import Kind, kind_of
from graph.neighbours import known

_KEPT_BY_SOURCE = {CONTAINS, DELIVERED_TO}
"""The custody edges whose time is in the record at their beginning: the parent, the shipment."""

Hide = Callable[[str], str]
"""The opaque name of a record for a viewer who may not read it: `hidden/<opaque>`, always the same for that viewer."""


class Node(NamedTuple):
    """distance and id order the answer; record is the ID in the graph, for this program alone unless disclosed."""

    distance: int
    id: str
    record: str

    @property
    def kind(self) -> Kind:
        return kind_of(self.record)

    @property
    def disclosed(self) -> bool:
        return self.id == self.record


class Edge(NamedTuple):
    """A custody edge as it points, downstream. at: ms, None for one without a time; quantity: kg, as text."""

    source: str
    target: str
    kind: str
    at: int | None
    quantity: str | None


@dataclass(frozen=True, slots=True)
class View:
    """How one viewer sees records."""

    scope: Scope
    hide: Hide
    counts_hidden: bool = False
    """Whether what stays hidden is counted."""
    neighbours: frozenset[str] = frozenset()
    """Others' records that the viewer may know, since it sent or got them."""

    def sees(self, record: str) -> bool:
        return self.scope.sees(record) or record in self.neighbours

    def name(self, record: str) -> str:
        return record if self.sees(record) else self.hide(record)

    async def knowing(self, custody: Custody, records: Iterable[str]) -> "View":
        """With those of the records that the viewer may know as a neighbour. What cannot be asked in time stays hidden."""
        try:
            return replace(self, neighbours=self.neighbours | await known(custody.graph, custody.rows, records, self.scope))
        except OutOfTime:
            return self

    def node(self, record: str, distance: int) -> Node:
        return Node(distance, self.name(record), record)

    def nodes(self, distances: Mapping[str, int]) -> list[Node]:
        # there may be a million: plain tuples are sorted at twice the speed of named ones
        if self.scope.everything:
            shown = [(distance, record, record) for record, distance in distances.items()]
        else:
            shown = [(distance, self.name(record), record) for record, distance in distances.items()]
        shown.sort()
        return made(Node, shown)

    def edge(self, edge: Edge) -> Edge:
        """When and how much is told to who may read the record that keeps it: else it would say more of a hidden record than its place."""
        source, target, kind, at, quantity = edge
        keeper = source if kind in _KEPT_BY_SOURCE else target
        if not self.sees(keeper):
            at = quantity = None
        return Edge(self.name(source), self.name(target), kind, at, quantity if self.scope.sees(keeper) else None)

    def edges(self, edges: Iterable[Edge]) -> list[Edge]:
        shown = set(edges) if self.scope.everything else set(map(self.edge, edges))
        return sorted(
            shown, key=lambda edge: (edge.source, edge.target, edge.kind, -1 if edge.at is None else edge.at, edge.quantity or "")
        )

    def counts(self, records: Iterable[str]) -> dict[Kind, int]:
        """By kind, in the order of the kinds; what the viewer may not read is left out, or counted where the viewer may know of it."""
        seen = records if self.counts_hidden or self.scope.everything else filter(self.sees, records)
        counted = Counter([record.partition("/")[0] for record in seen])
        return {kind: counted[kind.value] for kind in Kind if counted[kind.value]}


@dataclass(frozen=True, slots=True)
class Lineage:
    seeds: tuple[str, ...]
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    counts: Mapping[Kind, int]
    gaps: tuple[Gap, ...]

    def disclosed(self) -> list[str]:
        """The IDs of the records that the viewer is shown, of the whole answer."""
        return [record for _, shown, record in self.nodes if shown == record]


async def lineage(
    custody: Custody, seeds: tuple[str, ...], distances: Mapping[str, int], edges: Iterable[Edge], gaps: GapList, view: View
) -> Lineage:
    view = await view.knowing(custody, [*seeds, *distances, *gaps.referrers()])

    def shown() -> Lineage:
        return Lineage(seeds, view.nodes(distances), view.edges(edges), view.counts(distances), gaps.shown_to(view.sees))

    return await at_ease(shown, len(distances))
