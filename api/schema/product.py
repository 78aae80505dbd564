"""Products: what holds for every can (QB/T 4971-2018 table 3, table 6 品类 rows)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.file import File, file_of
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Record, of_kind
from api.schema.restricted import Formula, ResearchRecord
from api.schema.scalars import Decimal
from api.schema.tiers import INTERNAL, PUBLIC, RESTRICTED
from auth.restricted import FORMULA, RESEARCH_RECORDS
from graph.model.identifiers import Kind
from graph.records import Hop, Selection

if TYPE_CHECKING:
    from api.schema.batch import Batch


@of_kind(Kind.PRODUCT)
@strawberry.type(description="A product: what holds for every can of it (QB/T 4971-2018 table 6 品类). A class of things, not traced.")
class Product(Record):
    code: str = strawberry.field(
        directives=PUBLIC, description="The enterprise's code of the product; the GTIN where there is one (5.1 企业内部产品编码)."
    )
    name: str = strawberry.field(directives=PUBLIC, description="产品名称 (table 6 row 1).")
    net_content_grams: Decimal | None = strawberry.field(directives=PUBLIC, description="Grams in one item (table 6 row 2 净含量).")
    brand: str | None = strawberry.field(directives=PUBLIC, description="品牌.")
    net_content_and_specification: str | None = strawberry.field(directives=PUBLIC, description="净含量、规格, as printed (table 6 row 2).")
    product_standard: str | None = strawberry.field(directives=PUBLIC, description="产品执行标准号 (table 6 row 3).")
    product_category: str | None = strawberry.field(directives=PUBLIC, description="产品的类别、属性 (table 6 row 4).")
    production_process: str | None = strawberry.field(directives=PUBLIC, description="生产工艺 (table 6 row 5).")
    suitable_age: str | None = strawberry.field(directives=PUBLIC, description="适用年龄 (table 6 row 22).")
    instructions_for_use: str | None = strawberry.field(directives=PUBLIC, description="使用说明 (table 6 row 23).")
    warnings: str | None = strawberry.field(directives=PUBLIC, description="警示说明 (table 6 row 24).")
    ingredient_list: str | None = strawberry.field(directives=PUBLIC, description="配料表 (table 6 row 25).")
    storage_conditions: str | None = strawberry.field(directives=PUBLIC, description="贮存条件 (table 6 row 26).")
    nutrition: str | None = strawberry.field(directives=PUBLIC, description="主要营养成分及含量 (table 6 row 27).")
    quality_commitment: str | None = strawberry.field(directives=PUBLIC, description="其他质量承诺 (table 6 row 28).")
    voluntary_disclosures: str | None = strawberry.field(directives=PUBLIC, description="企业自愿公开的其他信息 (table 6 row 33).")
    shelf_life_days: int | None = strawberry.field(
        directives=PUBLIC, description="Days from production to best before (table 3 row 1 保质期)."
    )
    packaging_artwork_text: strawberry.Private[str | None]

    @strawberry.field(directives=PUBLIC, description="外包装展开图 (table 6 row 6).")
    def packaging_artwork(self) -> File | None:
        return file_of(self.packaging_artwork_text)

    @strawberry.field(
        directives=RESTRICTED, description="产品配方 (table 2-1 row 2); null where none is recorded, or none that the viewer may read."
    )
    async def formula(self, info: Info) -> Formula | None:
        found = await info.context.loaders.restricted(FORMULA, str(self.id))
        return Formula.of(found[0]) if found else None

    @strawberry.field(
        directives=RESTRICTED,
        description="研发记录, by number (maternal and baby products draft 8.3.1); none that the viewer may not read.",
    )
    async def research_records(self, info: Info) -> list[ResearchRecord]:
        found = await info.context.loaders.restricted(RESEARCH_RECORDS, str(self.id))
        info.context.spend(len(found))
        return [ResearchRecord.of(fields) for fields in sorted(found, key=lambda fields: fields["number"])]

    @strawberry.field(directives=INTERNAL, description="The batches of it, by ID.")
    async def batches(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Batch", strawberry.lazy("api.schema.batch")]]:
        return await hops.hanging(info, Hop.PRODUCT_BATCHES, str(self.id), first, after)


class ProductSortBy(StrEnum):
    ID = "id"
    NAME = "nameOrder"
    RECORDED_AT = "recordedAt"


described(
    ProductSortBy,
    "What products are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "NAME": "产品名称, by code point.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of products.")
class ProductSort:
    by: ProductSortBy = strawberry.field(default=ProductSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which products. All that is given must hold.")
class ProductFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    codes: list[str] | None = strawberry.field(default=None, description="With one of these product codes.")
    code_starts_with: str | None = strawberry.field(default=None, description="With a product code that begins so.")
    brands: list[str] | None = strawberry.field(default=None, description="Of one of these brands, as recorded.")
    product_standards: list[str] | None = strawberry.field(default=None, description="To one of these standards, as recorded.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        return (
            Builder(Kind.PRODUCT)
            .owners(self.owners)
            .numbers(self.codes, self.code_starts_with, "code")
            .any_of("brand", self.brands)
            .any_of("productStandard", self.product_standards)
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
