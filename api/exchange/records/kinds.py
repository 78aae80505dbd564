"""The kinds of records that files hold: one for each mutation that records, in the order in which they are to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from api.exchange.records.columns import Column, columns_of
from api.exchange.records.headings import heading_of
from api.recording import Captures
from graph import capture
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Record
from graph.model.records.batch_input import BatchInput
from graph.model.records.contact_person import ContactPerson
from graph.model.records.enterprise import Enterprise
from graph.model.records.farm import Farm
from graph.model.records.filed import Batch
from graph.model.records.formula import Formula
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.milk_delivery import MilkDelivery
from graph.model.records.package import Aggregation, Package
from graph.model.records.product import Product
from graph.model.records.research_record import ResearchRecord
from graph.model.records.sale import Sale
from graph.model.records.shipment import Receipt, Shipment
from graph.model.records.site import Site
from graph.model.records.values import found


@dataclass(frozen=True, eq=False)
class RecordKind:
    """name: in files. mutation: in the schema, and by `auth.policy`. input: the mutation's, in the schema. title: in Chinese.

    once: whether an ID may come only once in a call. capture: none of files, which are no records.
    """

    name: str
    mutation: str
    input: str
    title: str
    model: type[Record]
    capture: Captures | None
    once: bool = True

    @property
    def columns(self) -> Mapping[str, Column]:
        """By name, in the order of the model's fields."""
        return columns_of(self.model)

    @cached_property
    def named_by(self) -> str:
        """The column that names the record."""
        return next((name for name, column in self.columns.items() if column.field == self.model.NAMED_BY), "")

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """The Chinese heading of each column, by its name; each is of one column alone."""
        return {name: heading_of(self.name, name) for name in self.columns}


_ALL = (
    RecordKind("enterprise", "recordEnterprises", "EnterpriseInput", "企业", Enterprise, capture.capture_enterprises),
    RecordKind("contact_person", "recordContactPersons", "ContactPersonInput", "联系人", ContactPerson, capture.capture_contact_persons),
    RecordKind("site", "recordSites", "SiteInput", "场所", Site, capture.capture_sites),
    RecordKind("farm", "recordFarms", "FarmInput", "牧场", Farm, capture.capture_farms),
    RecordKind("product", "recordProducts", "ProductInput", "产品", Product, capture.capture_products),
    RecordKind("formula", "recordFormulas", "FormulaInput", "产品配方", Formula, capture.capture_formulas),
    RecordKind(
        "research_record", "recordResearchRecords", "ResearchRecordInput", "研发记录", ResearchRecord, capture.capture_research_records
    ),
    RecordKind("ingredient_lot", "recordIngredientLots", "IngredientLotInput", "原料批次", IngredientLot, capture.capture_ingredient_lots),
    RecordKind("milk_delivery", "recordMilkDeliveries", "MilkDeliveryInput", "生乳运输", MilkDelivery, capture.capture_milk_deliveries),
    RecordKind("batch", "recordBatches", "BatchInput", "生产批次", Batch, capture.capture_filed_batches),
    RecordKind("package", "commissionPackages", "PackageInput", "包装", Package, capture.capture_packages),
    RecordKind("aggregation", "aggregatePackages", "AggregationInput", "包装关联", Aggregation, capture.capture_aggregations, once=False),
    RecordKind("shipment", "dispatchShipments", "ShipmentInput", "运输", Shipment, capture.capture_filed_shipments),
    RecordKind("receipt", "receiveShipments", "ReceiptInput", "收货", Receipt, capture.capture_receipts),
    RecordKind("sale", "recordSales", "SaleInput", "销售", Sale, capture.capture_sales),
)
KINDS: Mapping[str, RecordKind] = {kind.name: kind for kind in _ALL}
"""By name, in the order of import: a record comes after those that it refers to."""
BATCH_INPUT = RecordKind("batch_input", "recordBatches", "BatchInputUse", "投料", BatchInput, capture.capture_batch_inputs, once=False)
"""A part of a batch, which has a row of its own in tables."""
FILED: Mapping[str, RecordKind] = {kind.name: kind for one in _ALL for kind in ((one, BATCH_INPUT) if one.name == "batch" else (one,))}
"""What files may have, in the order of import."""


def kind_named(name: object) -> RecordKind | Problem:
    """The kind, by its name or its title."""
    kind = _BY_WORD.get(name) if isinstance(name, str) else None
    if kind is not None:
        return kind
    if name is None:
        return Problem(ProblemCode.MISSING, "kind", f"found no kind; right is one of {', '.join(FILED)}")
    return Problem(ProblemCode.NOT_LISTED, "kind", f"found {found(name)}; right is one of {', '.join(FILED)}")


_BY_WORD = {**FILED, **{kind.title: kind for kind in FILED.values()}}
