"""Deliveries of raw milk (QB/T 4971-2018 table 1-2 row 3)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Record, Traceable, TraceableKind, of_kind
from api.schema.scalars import DateTime, Decimal
from api.schema.tiers import INTERNAL, PUBLIC, SHARED
from graph.model.identifiers import Kind
from graph.records import Anchor, Hop, Selection

if TYPE_CHECKING:
    from api.schema.batch import Batch
    from api.schema.farm import Farm


@of_kind(Kind.MILK_DELIVERY)
@strawberry.type(description="One delivery of raw milk from a farm to a plant (QB/T 4971-2018 table 1-2 row 3 生乳运输信息).")
class MilkDelivery(Traceable, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.MILK_DELIVERY, description="Always MILK_DELIVERY.")
    number: str = strawberry.field(directives=INTERNAL, description="The enterprise's own number of the delivery.")
    quantity_kg: Decimal = strawberry.field(directives=INTERNAL, description="Kilograms of raw milk (table 1-2 row 3 生乳数量).")
    departed_at: DateTime | None = strawberry.field(directives=INTERNAL, description="When it left the farm (table 1-2 row 3 出发时间).")
    departure_temperature_c: float | None = strawberry.field(
        directives=INTERNAL, description="°C when it left (table 1-2 row 3 出发时生乳温度)."
    )
    arrived_at: DateTime = strawberry.field(directives=INTERNAL, description="When it reached the plant (table 1-2 row 3 到达时间).")
    arrival_temperature_c: float | None = strawberry.field(
        directives=INTERNAL, description="°C when it arrived (table 1-2 row 3 到达时生乳温度)."
    )
    milk_source_origin: str | None = strawberry.field(
        directives=PUBLIC, description="Where the milk came from, for the public (table 6 row 31 乳原料来源地)."
    )
    farm_id: strawberry.Private[str]

    @strawberry.field(
        directives=INTERNAL, description="The farm (table 1-2 row 3 牧场名称); null when it has not come, or may not be read."
    )
    async def farm(self, info: Info) -> Annotated["Farm", strawberry.lazy("api.schema.farm")] | None:
        return await hops.named(info, self.farm_id)

    @strawberry.field(directives=INTERNAL, description="The batches that the milk went into, by ID.")
    async def used_by(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Batch", strawberry.lazy("api.schema.batch")]]:
        return await hops.hanging(info, Hop.USES_OF_DELIVERY, str(self.id), first, after)


class MilkDeliverySortBy(StrEnum):
    ID = "id"
    ARRIVED_AT = "arrivedAt"
    RECORDED_AT = "recordedAt"


described(
    MilkDeliverySortBy,
    "What milk deliveries are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "ARRIVED_AT": "到达时间.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of milk deliveries.")
class MilkDeliverySort:
    by: MilkDeliverySortBy = strawberry.field(default=MilkDeliverySortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which milk deliveries. All that is given must hold.")
class MilkDeliveryFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers.")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    farm: strawberry.ID | None = strawberry.field(default=None, description="From this farm.")
    departed_at: DateTimeRange | None = strawberry.field(default=None, description="That left the farm then.")
    arrived_at: DateTimeRange | None = strawberry.field(default=None, description="That reached the plant then.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        farm = None if self.farm is None else hops.checked_id(self.farm, "filter.farm", Kind.FARM)
        return (
            Builder(Kind.MILK_DELIVERY)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .hanging_on(Anchor.FARM, farm, "farm")
            .within("departedAt", self.departed_at, "departedAt")
            .within("arrivedAt", self.arrived_at, "arrivedAt")
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
