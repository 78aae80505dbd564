"""What shipments carried of which batch."""

from collections import defaultdict
from collections.abc import Iterable, Set
from typing import NamedTuple

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.lineage.custody import Custody
from graph.lineage.gaps import Deadline, GapList, Limits, OutOfTime
from graph.lineage.seeds import read_carried


class Cargo(NamedTuple):
    """size: of the items of one batch in one shipment, and of them lost: those that its receipt misses. item: one of them.
    batch: None for items of which no batch is known."""

    shipment: str
    batch: str | None
    size: int
    lost: int
    item: str


async def cargo_of(graph: Graph, scope: Scope, shipments: Iterable[str], items: Set[str], limits: Limits, gaps: GapList) -> list[Cargo]:
    """In the order of the shipments and batches. items: those that count; the others that were carried along do not."""
    custody = Custody(graph, scope, Deadline(limits.seconds))
    counts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    lost: dict[str, frozenset[str]] = {}
    try:
        carried = await read_carried(custody, gaps, shipments)
        for shipment, load in carried.items():
            for package in load.unknown:
                gaps.missing(package, shipment)
        among = {item for load in carried.values() for item in load.items & items}
        batches = {item: row[0] for row in await custody.packed(among) for item in row[2]}
    except OutOfTime:
        gaps.out_of_time(limits.seconds, "what the shipments carried was")
        return []
    for shipment, load in carried.items():
        lost[shipment] = load.lost
        for item in load.items & items:
            counts[shipment, batches.get(item, "")].append(item)
    return [
        Cargo(shipment, batch or None, len(found), len(lost[shipment].intersection(found)), min(found))
        for (shipment, batch), found in sorted(counts.items())
    ]
