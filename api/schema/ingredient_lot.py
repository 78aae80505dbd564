"""Lots of ingredients and of packaging material (QB/T 4971-2018 table 1-1 row 1)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.file import File, files_of
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Gs1Named, IngredientCategory, Record, Traceable, TraceableKind, of_kind
from api.schema.scalars import DateTime, Decimal
from api.schema.tiers import INTERNAL, PUBLIC, SHARED
from graph.model.identifiers import Kind, owner_of
from graph.records import Anchor, Hop, Selection

if TYPE_CHECKING:
    from api.schema.batch import Batch
    from api.schema.enterprise import Enterprise


@of_kind(Kind.INGREDIENT_LOT)
@strawberry.type(description="One lot of an ingredient or of packaging material (QB/T 4971-2018 table 1-1 row 1 原料信息).")
class IngredientLot(Traceable, Gs1Named, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.INGREDIENT_LOT, description="Always INGREDIENT_LOT.")
    number: str = strawberry.field(directives=INTERNAL, description="原料批次 (table 1-1 row 1).")
    name: str = strawberry.field(directives=INTERNAL, description="原料名称 (table 1-1 row 1).")
    quantity_kg: Decimal = strawberry.field(directives=INTERNAL, description="Kilograms received (table 1-1 row 1 净含量).")
    received_at: DateTime = strawberry.field(directives=INTERNAL, description="When it was received (table 1-1 row 1 验收).")
    category: IngredientCategory | None = strawberry.field(directives=INTERNAL, description="What it is of.")
    main_ingredient: bool | None = strawberry.field(
        directives=INTERNAL, description="Whether it is a main ingredient, more than 2 % (table 6 row 30 主要原料)."
    )
    heat_sensitive: bool | None = strawberry.field(
        directives=INTERNAL, description="Whether heat spoils it, so that it is added dry (热敏性原料)."
    )
    place_of_origin: str | None = strawberry.field(directives=INTERNAL, description="生产地 (table 1-1 row 1).")
    supplier_id: strawberry.Private[str | None]
    certificate_texts: strawberry.Private[list[str] | None]

    def _suppliers(self) -> tuple[str, ...]:
        return () if self.supplier_id is None else (owner_of(self.supplier_id),)

    @strawberry.field(directives=INTERNAL, description="原料企业 (table 1-1 row 2); null when not said, not come, or not to be read.")
    async def supplier(self, info: Info) -> Annotated["Enterprise", strawberry.lazy("api.schema.enterprise")] | None:
        return await hops.named(info, self.supplier_id)

    @strawberry.field(directives=PUBLIC, description="合格证明 (table 6 row 30).")
    def certificates(self) -> list[File]:
        return files_of(self.certificate_texts)

    @strawberry.field(directives=INTERNAL, description="The batches that it went into, by ID.")
    async def used_by(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Batch", strawberry.lazy("api.schema.batch")]]:
        return await hops.hanging(info, Hop.USES_OF_LOT, str(self.id), first, after)


class IngredientLotSortBy(StrEnum):
    ID = "id"
    NAME = "nameOrder"
    RECEIVED_AT = "receivedAt"
    RECORDED_AT = "recordedAt"


described(
    IngredientLotSortBy,
    "What ingredient lots are sorted by; those with equal values by ID.",
    {
        "ID": "The ID.",
        "NAME": "原料名称, by code point.",
        "RECEIVED_AT": "When it was received.",
        "RECORDED_AT": "When the present version was recorded.",
    },
)


@strawberry.input(description="The order of ingredient lots.")
class IngredientLotSort:
    by: IngredientLotSortBy = strawberry.field(default=IngredientLotSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which ingredient lots. All that is given must hold.")
class IngredientLotFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers (原料批次).")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    supplier: strawberry.ID | None = strawberry.field(default=None, description="From this enterprise.")
    categories: list[IngredientCategory] | None = strawberry.field(default=None, description="Of one of these categories.")
    heat_sensitive: bool | None = strawberry.field(default=None, description="Heat-sensitive, or said not to be.")
    main_ingredient: bool | None = strawberry.field(default=None, description="A main ingredient, or said not to be.")
    received_at: DateTimeRange | None = strawberry.field(default=None, description="Received then.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        supplier = None if self.supplier is None else hops.checked_id(self.supplier, "filter.supplier", Kind.ENTERPRISE)
        return (
            Builder(Kind.INGREDIENT_LOT)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .hanging_on(Anchor.SUPPLIER, supplier, "supplier")
            .any_of("category", self.categories)
            .any_of("heatSensitive", None if self.heat_sensitive is None else [self.heat_sensitive])
            .any_of("mainIngredient", None if self.main_ingredient is None else [self.main_ingredient])
            .within("receivedAt", self.received_at, "receivedAt")
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
