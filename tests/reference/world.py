"""A world: the records that have been accepted, and nothing derived from them.

The terms are those of the contract's inputs; every reference is a full ID. All instants are whole milliseconds since
1970-01-01T00:00:00Z. A record that some other record refers to and that is not in the world "has not come".
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

MINUTE = 60_000
LEVELS = ("ITEM", "INNER", "CASE", "PALLET")
KINDS = {
    "enterprise": "ENTERPRISE",
    "farm": "FARM",
    "milk": "MILK_DELIVERY",
    "lot": "INGREDIENT_LOT",
    "batch": "PRODUCTION_BATCH",
    "package": "PACKAGE",
    "shipment": "SHIPMENT",
    "site": "SITE",
    "query": "CONSUMER_QUERY",
}


def kind_of(record_id: str) -> str:
    """The TraceableKind of an ID, from its first part."""
    return KINDS[record_id.split("/")[0]]


def owner_of(record_id: str) -> str:
    """The enterprise code in an ID."""
    return record_id.split("/")[1]


def number_of(record_id: str) -> str:
    """The enterprise's own number in an ID (the code, for an enterprise)."""
    return record_id.split("/", 2)[-1]


@dataclass(frozen=True)
class Farm:
    id: str


@dataclass(frozen=True)
class MilkDelivery:
    id: str
    farm: str
    arrived_at: int


@dataclass(frozen=True)
class IngredientLot:
    id: str
    supplier: str | None
    received_at: int


@dataclass(frozen=True)
class Product:
    """`id` is product/<enterprise code>/<product code>; a product is not traceable."""

    id: str


@dataclass(frozen=True)
class Use:
    """One input line of a batch."""

    source: str
    at: int
    rework: bool = False


@dataclass(frozen=True)
class Batch:
    id: str
    batch_kind: str
    started_at: int
    ended_at: int
    inputs: tuple[Use, ...] = ()
    product: str | None = None


@dataclass(frozen=True)
class Site:
    id: str
    site_kind: str = "WAREHOUSE"


@dataclass(frozen=True)
class Package:
    """`batch` for an ITEM only; `parent` when it was commissioned into one, from `packed_at` on."""

    id: str
    level: str
    packed_at: int
    batch: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Aggregation:
    """`recorder` is the enterprise code that says so; it need own neither the parent nor the children."""

    recorder: str
    parent: str
    children: tuple[str, ...]
    action: str
    at: int


@dataclass(frozen=True)
class Shipment:
    id: str
    origin: str
    destination: str
    departed_at: int
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    recorder: str
    shipment: str
    received_at: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sale:
    recorder: str
    store: str
    packages: tuple[str, ...]
    sold_at: int


@dataclass(frozen=True)
class Discard:
    """Packages that a captured event of the recorder says were destroyed."""

    recorder: str
    packages: tuple[str, ...]
    at: int


@dataclass(frozen=True)
class Query:
    """One look-up of a package's code. The system names it itself, so `id` is this world's own name for it."""

    id: str
    package: str


@dataclass(frozen=True)
class World:
    enterprises: tuple[str, ...] = ()
    """Codes of the enterprises that have been recorded."""
    farms: tuple[Farm, ...] = ()
    milk: tuple[MilkDelivery, ...] = ()
    lots: tuple[IngredientLot, ...] = ()
    products: tuple[Product, ...] = ()
    batches: tuple[Batch, ...] = ()
    sites: tuple[Site, ...] = ()
    packages: tuple[Package, ...] = ()
    aggregations: tuple[Aggregation, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    sales: tuple[Sale, ...] = ()
    queries: tuple[Query, ...] = ()
    discards: tuple[Discard, ...] = ()


def recorded_ids(world: World) -> set[str]:
    """The IDs of all traceable records that have come."""
    found = {f"enterprise/{code}" for code in world.enterprises}
    for table in (world.farms, world.milk, world.lots, world.batches, world.sites, world.packages, world.shipments, world.queries):
        found |= {record.id for record in table}
    return found


def referred_ids(world: World) -> set[str]:
    """The traceable IDs that any record refers to, whether they have come or not (products left out)."""
    found: set[str | None] = set()
    found |= {milk.farm for milk in world.milk}
    found |= {lot.supplier for lot in world.lots}
    found |= {use.source for batch in world.batches for use in batch.inputs}
    for package in world.packages:
        found |= {package.batch, package.parent}
    for aggregation in world.aggregations:
        found |= {aggregation.parent, *aggregation.children}
    for shipment in world.shipments:
        found |= {shipment.origin, shipment.destination, *shipment.packages}
    for receipt in world.receipts:
        found |= {receipt.shipment, *receipt.missing}
    for sale in world.sales:
        found |= {sale.store, *sale.packages}
    found |= {query.package for query in world.queries}
    for discard in world.discards:
        found |= set(discard.packages)
    return {one for one in found if one is not None}


def relabel(world: World, codes: dict[str, str]) -> World:
    """The same world under other enterprise codes; codes that the mapping lacks stay."""
    return _relabelled(world, codes)


def relabel_id(record_id: str, codes: dict[str, str]) -> str:
    """One ID, or one bare enterprise code, under other enterprise codes; any other text stays."""
    if "/" not in record_id:
        return codes.get(record_id, record_id)
    kind, code, *number = record_id.split("/")
    return "/".join([kind, codes.get(code, code), *number])


def _relabelled(value: Any, codes: dict[str, str]) -> Any:
    if isinstance(value, str):
        return relabel_id(value, codes)
    if isinstance(value, tuple):
        return tuple(_relabelled(one, codes) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _relabelled(getattr(value, field.name), codes) for field in fields(value)})
    return value
