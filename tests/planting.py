"""Puts a reference world into a graph as docs/reference/graph.md says, without the write path: for tests of what reads it."""

from collections.abc import Sequence
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.lineage.answer import Lineage as Answer
from graph.lineage.answer import View
from graph.lineage.common import common_sources
from graph.lineage.gaps import Gap, Limits
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from graph.model.times import STILL
from graph.statements import inline
from tests.reference.calls import Call, world_of
from tests.reference.facts import ALWAYS, stays_of
from tests.reference.oracle import Lineage, Recall, Shared
from tests.reference.world import World, kind_of, owner_of

LABELS = {
    "ENTERPRISE": "Enterprise",
    "FARM": "Farm",
    "MILK_DELIVERY": "MilkDelivery",
    "INGREDIENT_LOT": "IngredientLot",
    "PRODUCTION_BATCH": "ProductionBatch",
    "PACKAGE": "Package",
    "SHIPMENT": "Shipment",
    "SITE": "Site",
    "CONSUMER_QUERY": "ConsumerQuery",
}


async def plant(graph: Graph, world: World) -> None:
    """All of it in one transaction."""
    records: dict[str, list[dict[str, Any]]] = {label: [] for label in LABELS.values()}
    edges: dict[tuple[str, str, str], list[dict[str, Any]]] = {}

    def record(identity: str, **properties: Any) -> None:
        row = {"id": identity, "set": {"owner": owner_of(identity), "version": 1, **properties}}
        records[LABELS[kind_of(identity)]].append(row)

    def edge(source: str, kind: str, target: str, **properties: Any) -> None:
        key = (LABELS[kind_of(source)], kind, LABELS[kind_of(target)])
        edges.setdefault(key, []).append({"source": source, "target": target, "set": properties})

    for code in world.enterprises:
        record(f"enterprise/{code}")
    for farm in world.farms:
        record(farm.id)
    for milk in world.milk:
        record(milk.id)
        edge(milk.farm, "SUPPLIED", milk.id)
    for lot in world.lots:
        record(lot.id)
        if lot.supplier:
            edge(lot.supplier, "SUPPLIED", lot.id)
    for batch in world.batches:
        record(batch.id)
        for line, use in enumerate(batch.inputs):
            edge(use.source, "CONSUMED_BY", batch.id, at=use.at, quantityKg="1", rework=use.rework, line=line)
    for site in world.sites:
        record(site.id)
    for package in world.packages:
        record(package.id, level=package.level)
        if package.batch:
            edge(package.batch, "PACKED_INTO", package.id, at=package.packed_at)
    for stay in stays_of(world):
        until = STILL if stay.end == ALWAYS else int(stay.end)
        edge(stay.parent, "CONTAINS", stay.child, **{"from": int(stay.start), "until": until, "commissioned": False})
    receipts = {receipt.shipment: receipt for receipt in world.receipts}
    for shipment in world.shipments:
        receipt = receipts.get(shipment.id)
        received = {"receivedAt": receipt.received_at, "missing": list(receipt.missing)} if receipt else {}
        record(shipment.id, departedAt=shipment.departed_at, origin=shipment.origin, destination=shipment.destination, **received)
        for package in shipment.packages:
            edge(package, "SHIPPED_IN", shipment.id, at=shipment.departed_at)
        edge(shipment.id, "SENT_FROM", shipment.origin)
        edge(shipment.id, "BOUND_FOR", shipment.destination)
        if receipt:
            edge(shipment.id, "DELIVERED_TO", shipment.destination, at=receipt.received_at)
            for package in receipt.missing:
                edge(package, "MISSING_FROM", shipment.id)
    for sale in world.sales:
        for package in sale.packages:
            edge(package, "SOLD_AT", sale.store, at=sale.sold_at)
    destroyed: list[dict[str, Any]] = []
    for place, discard in enumerate(world.discards):
        event = f"event/{discard.recorder}/{place}"
        destroyed += [{"event": event, "owner": discard.recorder, "package": package, "at": discard.at} for package in discard.packages]
    for query in world.queries:
        record(query.id)
        edge(query.package, "QUERIED_AS", query.id)

    async def work(tx: Transaction) -> None:
        for label, rows in records.items():
            if rows:
                await tx.run(
                    inline("test/record", f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n += row.set"), None, rows=rows
                )
        for (source, kind, target), rows in edges.items():
            ends = " ".join(
                f"MERGE ({one}:{label} {{id: row.{end}}}) ON CREATE SET {one}.owner = split(row.{end}, '/')[1]"
                for one, label, end in (("a", source, "source"), ("b", target, "target"))
            )
            text = f"UNWIND $rows AS row {ends} CREATE (a)-[e:{kind}]->(b) SET e += row.set"
            await tx.run(inline("test/edge", text), None, rows=rows)
        if destroyed:
            ends = "MERGE (e:EpcisEvent {id: row.event}) SET e.owner = row.owner MERGE (p:Package {id: row.package})"
            text = f"UNWIND $rows AS row {ends} CREATE (p)-[d:DISCARDED {{at: row.at}}]->(e)"
            await tx.run(inline("test/destroyed", text), None, rows=destroyed)

    await graph.write(work)


class PlantedSystem:
    """The lineage functions themselves, behind the interface of the reference's system."""

    page_size = 1000

    def __init__(self, graph: Graph, limits: Limits | None = None) -> None:
        self.graph = graph
        self.limits = limits or Limits()

    async def record(self, calls: Sequence[Call]) -> None:
        await plant(self.graph, world_of(list(calls)))

    def view(self, viewer: str | None) -> View:
        return View(Scope.ALL if viewer is None else Scope.of(viewer), lambda record: f"hidden/{record}")

    async def forward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return shown(await forward(self.graph, self.view(viewer), seeds, self.limits))

    async def backward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return shown(await backward(self.graph, self.view(viewer), seeds, self.limits))

    async def recall(self, seeds: Sequence[str], radius: int, viewer: str | None = None) -> Recall:
        found = await recall_radius(self.graph, self.view(viewer), seeds, radius, self.limits)
        whereabouts = found.whereabouts
        return {
            "batches": {
                batch.node.id: (batch.ring, {node.id for node in batch.shared_inputs}, batch.item_count) for batch in found.batches
            },
            "itemCount": found.item_count,
            "items": set(found.items),
            "sites": {site.node.id: (site.item_count, site.sold_count) for site in found.sites},
            "whereabouts": {
                "atPlant": whereabouts.at_plant,
                "inTransit": whereabouts.in_transit,
                "inStock": whereabouts.in_stock,
                "sold": whereabouts.sold,
                "recovered": whereabouts.recovered,
                "destroyed": whereabouts.destroyed,
            },
            "countsWhole": found.counts_whole,
            "gaps": gaps(found.gaps),
        }

    async def common(self, seeds: Sequence[str]) -> list[Shared]:
        found = await common_sources(self.graph, self.view(None), seeds, self.limits)
        return [
            {
                "id": source.node.id,
                "kind": kind_of(source.node.record),
                "distance": source.node.distance,
                "score": source.score,
                "reached": set(source.reached),
            }
            for source in found.sources
        ]


def gaps(found: Sequence[Gap]) -> set[tuple[str, str | None]]:
    return {(gap.cause.value, gap.at) for gap in found}


def shown(answer: Answer) -> Lineage:
    from collections import Counter

    return {
        "nodes": {node.id: (kind_of(node.record), node.distance) for node in answer.nodes if node.disclosed},
        "hidden": Counter((kind_of(node.record), node.distance) for node in answer.nodes if not node.disclosed),
        "edges": {(edge.source, edge.target, edge.kind, edge.at) for edge in answer.edges},
        "counts": {kind.name: count for kind, count in answer.counts.items()},
        "gaps": gaps(answer.gaps),
    }
