"""A world as the mutation calls that bring it about, in one of the orders in which they may arrive, and back."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .world import (
    Aggregation,
    Batch,
    Farm,
    IngredientLot,
    MilkDelivery,
    Package,
    Product,
    Query,
    Receipt,
    Sale,
    Shipment,
    Site,
    Use,
    World,
    number_of,
    owner_of,
)

PLATFORM = "PLATFORM"
PUBLIC = "PUBLIC"
RESOLVE = "resolve"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REPEATABLE = {
    "recordFarms",
    "recordMilkDeliveries",
    "recordIngredientLots",
    "recordBatches",
    "recordSites",
    "commissionPackages",
    "dispatchShipments",
    "receiveShipments",
}


@dataclass(frozen=True)
class Call:
    """`actor` is an enterprise code, PLATFORM, or PUBLIC for a look-up, whose one record is {"code": ...} and which is a query."""

    actor: str
    mutation: str
    records: tuple[dict[str, Any], ...]


@dataclass
class Unit:
    """Records that can only go together, what they make true, and what has to be true before: stored, or in the same call; or stored."""

    actor: str
    mutation: str
    records: list[dict[str, Any]]
    gives: set[str]
    needs: set[str] = field(default_factory=set[str])
    stored: set[str] = field(default_factory=set[str])


def instant(ms: int) -> str:
    return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(text: str) -> int:
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // timedelta(milliseconds=1)


def named_by(actor: str, record_id: str) -> str:
    """How an actor names a package where any text will do: its own by number alone, another's by ID."""
    return number_of(record_id) if owner_of(record_id) == actor else record_id


def own(actor: str, references: Iterable[str | None]) -> set[str]:
    return {one for one in references if one is not None and owner_of(one) == actor}


def calls(world: World, arrival: int) -> list[Call]:
    """All of a world's records, enterprise by enterprise in the order that its own references need, and otherwise shuffled.

    What goes into or comes out of packages is told in the order of its times, by each enterprise and for each child; what came out
    before a departure, before the receipt. Look-ups come last.
    Some calls come twice.
    """
    shuffled = random.Random(arrival)
    pending, done, found = units(world), set[str](), list[Call]()
    while pending:
        ready, stored = [unit for unit in pending if unit.needs | unit.stored <= done], set(done)
        first = shuffled.choice(ready)
        together = [first]
        done |= first.gives
        for unit in pending:
            if (
                unit is not first
                and (unit.actor, unit.mutation) == (first.actor, first.mutation)
                and unit.needs <= done
                and unit.stored <= stored
                and shuffled.random() < 0.6
            ):
                together.append(unit)
                done |= unit.gives
        pending = [unit for unit in pending if all(unit is not one for one in together)]
        found.append(Call(first.actor, first.mutation, tuple(record for unit in together for record in unit.records)))
        if found[-1].mutation in REPEATABLE and shuffled.random() < 0.1:
            found.append(shuffled.choice([call for call in found if call.mutation in REPEATABLE]))
    found += [Call(PUBLIC, RESOLVE, ({"code": f"{owner_of(query.package)}.{number_of(query.package)}"},)) for query in world.queries]
    return found


def units(world: World) -> list[Unit]:
    found = [
        Unit(PLATFORM, "recordEnterprises", [{"code": code, "name": f"{code} Dairy"}], {f"enterprise/{code}"}) for code in world.enterprises
    ]
    found += [_record("recordFarms", farm.id, {"name": "Farm", "address": "1 Pasture Road"}) for farm in world.farms]
    for milk in world.milk:
        content = {"farm": milk.farm, "quantityKg": "12000.5", "arrivedAt": instant(milk.arrived_at)}
        found.append(_record("recordMilkDeliveries", milk.id, content, milk.farm))
    for lot in world.lots:
        content = {"name": "Lactose", "supplier": lot.supplier, "quantityKg": "500", "receivedAt": instant(lot.received_at)}
        found.append(_record("recordIngredientLots", lot.id, content, lot.supplier))
    for product in world.products:
        content = {"code": number_of(product.id), "name": "Formula", "netContentGrams": "800"}
        found.append(Unit(owner_of(product.id), "recordProducts", [content], {product.id}))
    found += batch_units(world)
    for site in world.sites:
        found.append(_record("recordSites", site.id, {"siteKind": site.site_kind, "name": "Site"}))
    for package in world.packages:
        actor = owner_of(package.id)
        content = {"level": package.level, "batch": package.batch, "packedAt": instant(package.packed_at), "parent": package.parent}
        content["parent"] = None if package.parent is None else named_by(actor, package.parent)
        found.append(_record("commissionPackages", package.id, content, package.batch, package.parent))
    found += aggregation_units(world)
    for shipment in world.shipments:
        content = {
            "origin": shipment.origin,
            "destination": shipment.destination,
            "departedAt": instant(shipment.departed_at),
            "packages": list(shipment.packages),
        }
        references = (shipment.origin, shipment.destination, *shipment.packages)
        found.append(_record("dispatchShipments", shipment.id, content, *references))
    departures = {shipment.id: shipment.departed_at for shipment in world.shipments}
    for receipt in world.receipts:
        content = {"shipment": receipt.shipment, "receivedAt": instant(receipt.received_at), "missing": list(receipt.missing)}
        needs = own(receipt.recorder, (receipt.shipment, *receipt.missing))
        departed = departures.get(receipt.shipment, receipt.received_at)
        stored = {f"event {place}" for place, event in enumerate(_moves(world)) if event.action == "REMOVE" and event.at <= departed}
        found.append(Unit(receipt.recorder, "receiveShipments", [content], set(), needs, stored))
    for sale in world.sales:
        content = {"store": sale.store, "packages": list(sale.packages), "soldAt": instant(sale.sold_at)}
        found.append(Unit(sale.recorder, "recordSales", [content], set(), own(sale.recorder, (sale.store, *sale.packages))))
    for unit in found:
        if unit.actor != PLATFORM:
            unit.needs = (unit.needs | {f"enterprise/{unit.actor}"}) - unit.gives
    return found


def _record(mutation: str, record_id: str, content: dict[str, Any], *references: str | None) -> Unit:
    actor = owner_of(record_id)
    return Unit(actor, mutation, [{"number": number_of(record_id), **content}], {record_id}, own(actor, references))


def batch_units(world: World) -> list[Unit]:
    """One unit for a batch, or for all the own batches that use one another in a ring: those can only come together."""
    uses = {batch.id: own(owner_of(batch.id), (use.source for use in batch.inputs)) for batch in world.batches}

    def upstream(batch: str, seen: set[str]) -> set[str]:
        for source in uses.get(batch, set()) - seen:
            seen |= {source}
            upstream(source, seen)
        return seen

    reach = {batch: upstream(batch, set()) for batch in uses}
    found: list[Unit] = []
    for batch in world.batches:
        ring = {batch.id} | {other for other in uses if other in reach[batch.id] and batch.id in reach[other]}
        if any(batch.id in unit.gives for unit in found):
            continue
        members = [one for one in world.batches if one.id in ring]
        needs = {one for member in members for one in uses[member.id]} | {member.product for member in members if member.product}
        found.append(Unit(owner_of(batch.id), "recordBatches", [batch_record(one) for one in members], set(ring), needs - ring))
    return found


def batch_record(batch: Batch) -> dict[str, Any]:
    return {
        "number": number_of(batch.id),
        "batchKind": batch.batch_kind,
        "product": None if batch.product is None else number_of(batch.product),
        "productionDate": instant(batch.started_at)[:10],
        "startedAt": instant(batch.started_at),
        "endedAt": instant(batch.ended_at),
        "inputs": [
            {"source": use.source, "quantityKg": str(line), "at": instant(use.at), "rework": use.rework}
            for line, use in enumerate(batch.inputs, 1)
        ],
    }


def aggregation_units(world: World) -> list[Unit]:
    """In the order of time, a REMOVE before an ADD; each waits for the one before by the same recorder and for the same child. Others'
    packages go in once it is stored that they came: all that was before."""
    found: list[Unit] = []
    latest: dict[str, str] = {package.id: package.id for package in world.packages if package.parent is not None}
    for place, event in enumerate(_moves(world)):
        content = {
            "parent": named_by(event.recorder, event.parent),
            "children": [named_by(event.recorder, child) for child in event.children],
            "action": event.action,
            "at": instant(event.at),
        }
        needs = own(event.recorder, (event.parent, *event.children))
        needs |= {latest[one] for one in (f"by {event.recorder}", *event.children) if one in latest}
        stored = set[str]()
        if event.action == "ADD" and any(owner_of(child) != event.recorder for child in event.children):
            stored |= {f"event {earlier}" for earlier in range(place)} | {package.id for package in world.packages}
            stored |= {shipment.id for shipment in world.shipments if shipment.departed_at < event.at}
        found.append(Unit(event.recorder, "aggregatePackages", [content], {f"event {place}"}, needs, stored))
        latest.update(dict.fromkeys((f"by {event.recorder}", *event.children), f"event {place}"))
    return found


def _moves(world: World) -> list[Aggregation]:
    return sorted(world.aggregations, key=lambda event: (event.at, event.action != "REMOVE"))


def world_of(told: Iterable[Call]) -> World:
    """The world that calls bring about, a record told twice once. Also of the first few calls of a longer list."""
    world = World()
    for call in told:
        for record in call.records:
            world = _with(world, call.actor, call.mutation, record)
    return world


def _with(world: World, actor: str, mutation: str, record: dict[str, Any]) -> World:
    def ident(kind: str) -> str:
        return f"{kind}/{actor}/{record['number']}"

    def package(name: str) -> str:
        return name if "/" in name else f"package/{actor}/{name}"

    table: str
    entry: Any
    match mutation:
        case "recordEnterprises":
            table, entry = "enterprises", record["code"]
        case "recordFarms":
            table, entry = "farms", Farm(ident("farm"))
        case "recordMilkDeliveries":
            table, entry = "milk", MilkDelivery(ident("milk"), record["farm"], milliseconds(record["arrivedAt"]))
        case "recordIngredientLots":
            table, entry = "lots", IngredientLot(ident("lot"), record["supplier"], milliseconds(record["receivedAt"]))
        case "recordProducts":
            table, entry = "products", Product(f"product/{actor}/{record['code']}")
        case "recordBatches":
            uses = tuple(Use(use["source"], milliseconds(use["at"]), use["rework"]) for use in record["inputs"])
            product = None if record["product"] is None else f"product/{actor}/{record['product']}"
            started, ended = milliseconds(record["startedAt"]), milliseconds(record["endedAt"])
            table, entry = "batches", Batch(ident("batch"), record["batchKind"], started, ended, uses, product)
        case "recordSites":
            table, entry = "sites", Site(ident("site"), record["siteKind"])
        case "commissionPackages":
            parent = None if record["parent"] is None else package(record["parent"])
            table, entry = "packages", Package(ident("package"), record["level"], milliseconds(record["packedAt"]), record["batch"], parent)
        case "aggregatePackages":
            children = tuple(package(child) for child in record["children"])
            table, entry = (
                "aggregations",
                Aggregation(actor, package(record["parent"]), children, record["action"], milliseconds(record["at"])),
            )
        case "dispatchShipments":
            listed, departed = tuple(record["packages"]), milliseconds(record["departedAt"])
            table, entry = "shipments", Shipment(ident("shipment"), record["origin"], record["destination"], departed, listed)
        case "receiveShipments":
            table, entry = "receipts", Receipt(actor, record["shipment"], milliseconds(record["receivedAt"]), tuple(record["missing"]))
        case "recordSales":
            table, entry = "sales", Sale(actor, record["store"], tuple(record["packages"]), milliseconds(record["soldAt"]))
        case "resolve":
            code, number = record["code"].split(".", 1)
            table, entry = "queries", Query(f"query/{code}/q{len(world.queries)}", f"package/{code}/{number}")
        case _:
            raise ValueError(mutation)
    present = getattr(world, table)
    return world if entry in present else replace(world, **{table: (*present, entry)})
