"""The write rules that a whole world keeps, so that a system must accept every record of it."""

from __future__ import annotations

from itertools import combinations

from .facts import Facts, stays_of
from .holding import surely_holds
from .world import LEVELS, World, owner_of, recorded_ids


def own_references(world: World) -> list[tuple[str, str]]:
    """(what refers, the ID referred to) for each reference from an enterprise's record to a record of its own."""
    pairs: list[tuple[str, str, str | None]] = []  # what refers, whose it is, the reference
    pairs += [(milk.id, owner_of(milk.id), milk.farm) for milk in world.milk]
    pairs += [(lot.id, owner_of(lot.id), lot.supplier) for lot in world.lots]
    pairs += [(batch.id, owner_of(batch.id), use.source) for batch in world.batches for use in batch.inputs]
    for package in world.packages:
        pairs += [(package.id, owner_of(package.id), one) for one in (package.batch, package.parent)]
    for event in world.aggregations:
        pairs += [(f"{event.action} in {event.parent}", event.recorder, one) for one in (event.parent, *event.children)]
    for shipment in world.shipments:
        named = (shipment.origin, shipment.destination, *shipment.packages)
        pairs += [(shipment.id, owner_of(shipment.id), one) for one in named]
    for receipt in world.receipts:
        pairs += [(f"receipt of {receipt.shipment}", receipt.recorder, one) for one in (receipt.shipment, *receipt.missing)]
    for sale in world.sales:
        pairs += [(f"sale at {sale.store}", sale.recorder, one) for one in (sale.store, *sale.packages)]
    return [(what, one) for what, owner, one in pairs if one is not None and owner_of(one) == owner]


def breaches(world: World) -> list[str]:
    """What is wrong with a world, one line each; empty when it keeps the write rules."""
    found: list[str] = []
    recorded = recorded_ids(world)
    found += [f"{what}: its own {one} does not exist" for what, one in own_references(world) if one not in recorded]
    products = {product.id for product in world.products}
    found += [f"{batch.id}: no product {batch.product}" for batch in world.batches if batch.product and batch.product not in products]
    tables = (world.farms, world.milk, world.lots, world.batches, world.sites, world.packages, world.shipments, world.queries)
    ids = [record.id for table in tables for record in table]
    found += [f"{one} twice" for one in set(ids) if ids.count(one) > 1]
    actors = {owner_of(one) for one in ids} | {
        record.recorder for table in (world.aggregations, world.receipts, world.sales) for record in table
    }
    found += [f"{actor} records but is not recorded" for actor in actors - set(world.enterprises)]
    found += [f"{batch.id} ends before it starts" for batch in world.batches if batch.ended_at < batch.started_at]
    found += stay_breaches(world)
    facts = Facts(world)
    for event in world.aggregations:
        if event.action == "ADD":
            strangers = [child for child in event.children if not surely_holds(facts, event.recorder, child, event.at)]
            found += [f"{child} put into {event.parent} by {event.recorder}, to whom it never came" for child in strangers]

    departures = {shipment.id: shipment.departed_at for shipment in world.shipments}
    for receipt in world.receipts:
        if receipt.received_at < departures.get(receipt.shipment, receipt.received_at):
            found.append(f"{receipt.shipment} received before it left")
    received = [receipt.shipment for receipt in world.receipts]
    found += [f"{one} received twice" for one in set(received) if received.count(one) > 1]
    return found


def stay_breaches(world: World) -> list[str]:
    """Levels, and a child in one parent at a time; a REMOVE ends just one stay."""
    found: list[str] = []
    stays = stays_of(world)
    levels = {package.id: LEVELS.index(package.level) for package in world.packages}
    found += [
        f"{stay.child} in {stay.parent} of no higher level"
        for stay in stays
        if levels.get(stay.child, -1) >= levels.get(stay.parent, len(LEVELS))
    ]
    for one, other in combinations(stays, 2):
        if one.child == other.child and max(one.start, other.start) < min(one.end, other.end):
            found.append(f"{one.child} in {one.parent} and in {other.parent} at once")
    removes = [(event.parent, child, event.at) for event in world.aggregations if event.action == "REMOVE" for child in event.children]
    ended = [(stay.parent, stay.child, stay.end) for stay in stays if not stay.still]
    if sorted(removes) != sorted(ended):
        found.append("a REMOVE that ends no stay")
    wrong = [package.id for package in world.packages if (package.level == "ITEM") != (package.batch is not None)]
    found += [f"{one}: a batch is for items, and only for them" for one in wrong]
    return found
