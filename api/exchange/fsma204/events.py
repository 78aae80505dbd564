"""Records as Critical Tracking Events with their Key Data Elements (21 CFR 1.1340, 1.1345, 1.1350)."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

import orjson

from api.exchange.fsma204.documents import Document, documents_of
from api.exchange.fsma204.tracing import Traced
from api.resolvers.loaders import Loaders
from graph.lineage.cargo import Cargo
from graph.model.identifiers import Kind, enterprise_id, kind_of, owner_of
from graph.model.times import CHINA

"""Events are dated where they happened: in China."""
Value: TypeAlias = str | int | Decimal | date | None
Row: TypeAlias = dict["Kde", Value]


class Kde(StrEnum):
    """The columns, in their order; the names are those of the rule."""

    EVENT = "Critical Tracking Event"
    SECTION = "21 CFR"
    DATE = "Event Date"
    TIME = "Event Time (+08:00)"
    LOT_CODE = "Traceability Lot Code"
    DESCRIPTION = "Product Description"
    QUANTITY = "Quantity"
    UNIT = "Unit of Measure"
    SHIPPED_FROM = "Location Description - Shipped From"
    RECIPIENT = "Location Description - Immediate Subsequent Recipient"
    SHIPPED_ON = "Date Shipped"
    SOURCE = "Location Description - Immediate Previous Source"
    RECEIVED_AT = "Location Description - Received At"
    RECEIVED_ON = "Date Received"
    INPUT_LOT_CODE = "Food Used - Traceability Lot Code"
    INPUT_DESCRIPTION = "Food Used - Product Description"
    INPUT_QUANTITY = "Food Used - Quantity"
    INPUT_UNIT = "Food Used - Unit of Measure"
    TRANSFORMED_AT = "Location Description - Transformed At"
    TRANSFORMED_ON = "Date Transformation Completed"
    LOT_CODE_SOURCE = "Traceability Lot Code Source - Location Description"
    LOT_CODE_SOURCE_REFERENCE = "Traceability Lot Code Source Reference"
    DOCUMENT_TYPE = "Reference Document Type"
    DOCUMENT_NUMBER = "Reference Document Number"
    RECORD = "Record"
    COMPLETE = "Whole Answer Complete"


@dataclass(slots=True)
class Events:
    """The rows of what was traced; what the actor may not read of a record stays empty."""

    loaders: Loaders
    traced: Traced
    _known: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    async def rows(self) -> AsyncGenerator[Row]:
        """In the order of the kinds along the chain."""
        complete = "Yes" if self.traced.complete else "No"
        for events in (self._milk(), self._lots(), self._batches(), self._cargo()):
            async for row in events:
                yield row | {Kde.COMPLETE: complete}

    async def _milk(self) -> AsyncGenerator[Row]:
        for record in await self._records(self.traced.of(Kind.MILK_DELIVERY)):
            farm = await self._record(record["farm_id"])
            source = _joined(farm.get("name"), farm.get("address"))
            yield await self._came("Milk Delivery", record, "Raw milk", record["arrived_at"], source)

    async def _lots(self) -> AsyncGenerator[Row]:
        for record in await self._records(self.traced.of(Kind.INGREDIENT_LOT)):
            source = await self._business(record["supplier_id"]) if record["supplier_id"] else ""
            yield await self._came("Ingredient Lot", record, record["name"], record["received_at"], source)

    async def _came(self, of: str, record: Mapping[str, Any], description: str, at: int | None, source: str) -> Row:
        """The arrival of an ingredient, whose lot code is the receiver's own number for it."""
        place = await self._business(enterprise_id(record["owner"]))
        return _event("Receiving", "1.1345", record["id"], at) | {
            Kde.LOT_CODE: record["number"],
            Kde.DESCRIPTION: description,
            **_mass(Kde.QUANTITY, Kde.UNIT, record["quantity_kg"]),
            Kde.SOURCE: source,
            Kde.RECEIVED_AT: place,
            Kde.RECEIVED_ON: _day(at),
            Kde.LOT_CODE_SOURCE: place,
            **_document(Document(f"{of} Record", record["number"])),
        }

    async def _batches(self) -> AsyncGenerator[Row]:
        records = await self._records(self.traced.of(Kind.PRODUCTION_BATCH))
        told = await asyncio.gather(*(self.loaders.inputs(record["id"]) for record in records))
        uses = [[orjson.loads(text) for text in texts] for texts in told]
        await self._records(sorted({use["source"] for each in uses for use in each}))
        for record, each in zip(records, uses, strict=True):
            place = _joined(await self._business(enterprise_id(record["owner"])), record["place_of_production"])
            made = _event("Transformation", "1.1350", record["id"], record["ended_at"]) | {
                Kde.LOT_CODE: record["number"],
                Kde.DESCRIPTION: await self._product(record),
                **_mass(Kde.QUANTITY, Kde.UNIT, record["yield_kg"]),
                Kde.TRANSFORMED_AT: place,
                Kde.TRANSFORMED_ON: _day(record["ended_at"]),
                Kde.LOT_CODE_SOURCE: place,
                **_document(Document("Batch Record", record["number"])),
            }
            for use in each:
                yield made | await self._use(use)
            if not each:
                yield made

    async def _use(self, use: Mapping[str, Any]) -> Row:
        source = await self._record(use["source"])
        return {
            Kde.INPUT_LOT_CODE: source.get("number"),
            Kde.INPUT_DESCRIPTION: await self._described(source),
            **_mass(Kde.INPUT_QUANTITY, Kde.INPUT_UNIT, use["quantityKg"]),
        }

    async def _cargo(self) -> AsyncGenerator[Row]:
        loads = {record["id"]: record for record in await self._records(self.traced.of(Kind.SHIPMENT))}
        await self._records(sorted({load[end] for load in loads.values() for end in ("origin_id", "destination_id") if load[end]}))
        cargo = [one for one in self.traced.cargo if one.shipment in loads]
        documents = await documents_of(self.loaders, sorted({one.shipment for one in cargo}))
        lots = await asyncio.gather(*(self._lot(one) for one in cargo))
        for one, lot in zip(cargo, lots, strict=True):
            load = loads[one.shipment]
            told = lot | _document(documents.get(one.shipment) or Document("Shipment Record", load["number"]))
            origin, destination = await self._site(load["origin_id"]), await self._site(load["destination_id"])
            yield (
                _event("Shipping", "1.1340", one.shipment, load["departed_at"])
                | told
                | {
                    Kde.QUANTITY: one.size,
                    Kde.UNIT: "items",
                    Kde.SHIPPED_FROM: origin,
                    Kde.RECIPIENT: destination,
                    Kde.SHIPPED_ON: _day(load["departed_at"]),
                }
            )
            if (at := load["received_at"]) is not None and one.size > one.lost:
                yield (
                    _event("Receiving", "1.1345", one.shipment, at)
                    | told
                    | {
                        Kde.QUANTITY: one.size - one.lost,
                        Kde.UNIT: "items",
                        Kde.SOURCE: origin,
                        Kde.RECEIVED_AT: destination,
                        Kde.RECEIVED_ON: _day(at),
                    }
                )

    async def _lot(self, cargo: Cargo) -> Row:
        """The lot of what was shipped: its batch, or what parties share of it."""
        batch = await self._record(cargo.batch)
        if batch:
            return {
                Kde.LOT_CODE: batch["number"],
                Kde.DESCRIPTION: await self._product(batch),
                Kde.LOT_CODE_SOURCE: await self._business(enterprise_id(batch["owner"])),
            }
        shared = await self.loaders.shared_trace(cargo.item) or {}
        return {
            Kde.LOT_CODE: shared.get("batchNumber"),
            Kde.DESCRIPTION: _joined(shared.get("productName"), shared.get("netContentAndSpecification")),
            Kde.LOT_CODE_SOURCE: _joined(shared.get("enterpriseName"), shared.get("enterpriseAddress")),
        }

    async def _described(self, record: Mapping[str, Any]) -> str:
        if not record:
            return ""
        match kind_of(record["id"]):
            case Kind.MILK_DELIVERY:
                return "Raw milk"
            case Kind.PRODUCTION_BATCH:
                return await self._product(record)
            case _:
                return str(record["name"])

    async def _product(self, batch: Mapping[str, Any]) -> str:
        """Name, brand, and size and style of the package; of a pool or an intermediate what it is."""
        product = await self._record(batch["product_id"])
        if not product:
            return {"POOL": "Pooled milk", "INTERMEDIATE": "Intermediate product"}.get(batch["batch_kind"], "")
        size = product["net_content_and_specification"] or f"{product['net_content_grams']} g"
        return _joined(product["name"], product["brand"], size)

    async def _site(self, site: str | None) -> str:
        if site is None:
            return ""
        record = await self._record(site)
        return _joined(await self._business(enterprise_id(owner_of(site)), address=False), record.get("name"), record.get("address"))

    async def _business(self, enterprise: str, *, address: bool = True) -> str:
        """Business name, telephone number and address; the code of one that may not be read."""
        record = await self._record(enterprise)
        if not record:
            return enterprise.rpartition("/")[2]
        return _joined(record["name"], record["phone"], record["address"] if address else None)

    async def _record(self, record: str | None) -> Mapping[str, Any]:
        """Empty for none, and for one that has not come, or may not be read."""
        if not record:
            return {}
        if record not in self._known:
            found = await self.loaders.record(record)
            self._known[record] = {} if found is None else vars(found)
        return self._known[record]

    async def _records(self, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """Those that may be read, read together."""
        return [found for found in await asyncio.gather(*(self._record(record) for record in ids)) if found]


def _event(name: str, section: str, record: str, at: int | None) -> Row:
    time = None if at is None else datetime.fromtimestamp(at // 1000, CHINA).replace(tzinfo=None)
    return {Kde.EVENT: name, Kde.SECTION: section, Kde.DATE: _day(at), Kde.TIME: time, Kde.RECORD: record}


def _document(document: Document) -> Row:
    return {Kde.DOCUMENT_TYPE: document.type, Kde.DOCUMENT_NUMBER: document.number}


def _mass(quantity: Kde, unit: Kde, kilograms: str | None) -> Row:
    """Nothing where no mass was told."""
    mass = Decimal(kilograms or 0)
    return {quantity: mass, unit: "kg"} if mass else {}


def _day(at: int | None) -> date | None:
    return None if at is None else datetime.fromtimestamp(at // 1000, CHINA).date()


def _joined(*parts: object) -> str:
    return "; ".join(str(part) for part in parts if part)
