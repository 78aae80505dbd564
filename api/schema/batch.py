"""Batches, the main line of what is recorded in production (QB/T 4971-2018 8.2.4)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.file import File, file_of
from api.schema.filters import Builder, DateRange, DateTimeRange, SortDirection
from api.schema.interfaces import BatchKind, Gs1Named, ProcessRoute, Record, Traceable, TraceableKind, of_kind
from api.schema.lineage_node import LineageNode, lineage_node
from api.schema.scalars import Date, DateTime, Decimal
from api.schema.tiers import INTERNAL, PUBLIC, SHARED
from graph.model.identifiers import Kind
from graph.records import Anchor, Hop, Selection

if TYPE_CHECKING:
    from api.schema.package import Package
    from api.schema.product import Product


@strawberry.type(directives=INTERNAL, description="One use of a source in a batch: a weighing (QB/T 4971-2018 table 2-1 row 2 配料记录).")
class BatchInputEdge:
    source: LineageNode = strawberry.field(description="What was used: a milk delivery, an ingredient lot or an earlier batch.")
    quantity_kg: Decimal = strawberry.field(description="Kilograms used; 0 when a document told of the use and gave no mass.")
    at: DateTime = strawberry.field(description="When it went in (table 2-1 row 2 配料时间).")
    rework: bool = strawberry.field(description="Whether it is rework: product taken back into production.")


@of_kind(Kind.PRODUCTION_BATCH)
@strawberry.type(description="What was made in one go: pool, intermediate or finished product (QB/T 4971-2018 8.2.4 批次).")
class Batch(Traceable, Gs1Named, Record):
    kind: TraceableKind = strawberry.field(
        directives=SHARED, default=TraceableKind.PRODUCTION_BATCH, description="Always PRODUCTION_BATCH."
    )
    number: str = strawberry.field(directives=PUBLIC, description="产品批次 (table 6 row 10).")
    batch_kind: BatchKind = strawberry.field(directives=SHARED, description="Pool, intermediate or finished.")
    route: ProcessRoute | None = strawberry.field(directives=INTERNAL, description="生产工艺: wet, dry or combined (6.2).")
    production_date: Date = strawberry.field(directives=PUBLIC, description="生产日期 (table 6 row 7).")
    best_before: Date | None = strawberry.field(directives=PUBLIC, description="保质期至 (table 6 row 8).")
    started_at: DateTime = strawberry.field(directives=INTERNAL, description="When production began; nothing went in before.")
    ended_at: DateTime | None = strawberry.field(directives=INTERNAL, description="When production ended.")
    yield_kg: Decimal | None = strawberry.field(directives=INTERNAL, description="Kilograms made.")
    place_of_production: str | None = strawberry.field(directives=PUBLIC, description="食品生产地 (table 6 row 9).")
    producer_name_and_contact: str | None = strawberry.field(directives=PUBLIC, description="生产者名称和联系方式 (table 6 row 20).")
    uploaded_on: Date | None = strawberry.field(directives=PUBLIC, description="数据上传日期 (table 6 row 32).")
    voluntary_disclosures: str | None = strawberry.field(directives=PUBLIC, description="企业自愿公开的其他信息 (table 6 row 33).")
    product_id: strawberry.Private[str | None]
    product_inspection_report_text: strawberry.Private[str | None]

    @strawberry.field(
        directives=PUBLIC, description="产品 (table 6 row 1); null for what is no product yet, has not come, or may not be read."
    )
    async def product(self, info: Info) -> Annotated["Product", strawberry.lazy("api.schema.product")] | None:
        return await hops.named(info, self.product_id)

    @strawberry.field(directives=PUBLIC, description="产品检验报告 (table 6 row 29).")
    def product_inspection_report(self) -> File | None:
        return file_of(self.product_inspection_report_text)

    @strawberry.field(
        directives=INTERNAL, description="What went into it, in the order recorded (table 2-1 row 2 配料信息). A source may come twice."
    )
    async def inputs(self, info: Info) -> list[BatchInputEdge]:
        uses = await info.context.loaders.inputs(str(self.id))
        info.context.spend(len(uses))
        return [
            BatchInputEdge(
                source=lineage_node(info.context, use["source"], 1),
                quantity_kg=use["quantityKg"],
                at=use["at"],
                rework=bool(use.get("rework")),
            )
            for use in map(orjson.loads, uses)
        ]

    @strawberry.field(directives=INTERNAL, description="The later batches that it went into, by ID.")
    async def used_by(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Batch", strawberry.lazy("api.schema.batch")]]:
        return await hops.hanging(info, Hop.USES_OF_BATCH, str(self.id), first, after)

    @strawberry.field(directives=INTERNAL, description="The items packed from it, by ID (8.2.4 批次与包装单品关联).")
    async def packages(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Package", strawberry.lazy("api.schema.package")]]:
        return await hops.hanging(info, Hop.BATCH_PACKAGES, str(self.id), first, after)


class BatchSortBy(StrEnum):
    ID = "id"
    PRODUCTION_DATE = "productionDate"
    STARTED_AT = "startedAt"
    RECORDED_AT = "recordedAt"


described(
    BatchSortBy,
    "What batches are sorted by; those with equal values by ID.",
    {
        "ID": "The ID.",
        "PRODUCTION_DATE": "生产日期.",
        "STARTED_AT": "When production began.",
        "RECORDED_AT": "When the present version was recorded.",
    },
)


@strawberry.input(description="The order of batches.")
class BatchSort:
    by: BatchSortBy = strawberry.field(default=BatchSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which batches. All that is given must hold.")
class BatchFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers (产品批次).")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    product: strawberry.ID | None = strawberry.field(default=None, description="Of this product.")
    batch_kinds: list[BatchKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    routes: list[ProcessRoute] | None = strawberry.field(default=None, description="Made in one of these ways (生产工艺).")
    production_date: DateRange | None = strawberry.field(default=None, description="With a production date then (生产日期).")
    best_before: DateRange | None = strawberry.field(default=None, description="With a best-before date then (保质期至).")
    started_at: DateTimeRange | None = strawberry.field(default=None, description="Begun then.")
    ended_at: DateTimeRange | None = strawberry.field(default=None, description="Ended then.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        product = None if self.product is None else hops.checked_id(self.product, "filter.product", Kind.PRODUCT)
        return (
            Builder(Kind.PRODUCTION_BATCH)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .hanging_on(Anchor.PRODUCT, product, "product")
            .any_of("batchKind", self.batch_kinds)
            .any_of("route", self.routes)
            .within("productionDate", self.production_date, "productionDate")
            .within("bestBefore", self.best_before, "bestBefore")
            .within("startedAt", self.started_at, "startedAt")
            .within("endedAt", self.ended_at, "endedAt")
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
