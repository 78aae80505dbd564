"""Dairy farms (QB/T 4971-2018 table 1-2 row 1)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Gs1Named, Record, Traceable, TraceableKind, of_kind
from api.schema.tiers import INTERNAL, SHARED
from graph.model.identifiers import Kind
from graph.records import Hop, Selection

if TYPE_CHECKING:
    from api.schema.milk_delivery import MilkDelivery


@of_kind(Kind.FARM)
@strawberry.type(description="A dairy farm, of cows or goats (QB/T 4971-2018 table 1-2 row 1 牧场信息).")
class Farm(Traceable, Gs1Named, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.FARM, description="Always FARM.")
    number: str = strawberry.field(directives=INTERNAL, description="The enterprise's own number of the farm.")
    name: str = strawberry.field(directives=INTERNAL, description="牧场名称 (table 1-2 row 3).")
    address: str | None = strawberry.field(directives=INTERNAL, description="牧场地址 (table 1-2 row 1).")

    @strawberry.field(directives=INTERNAL, description="The raw milk that it delivered, by ID.")
    async def deliveries(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["MilkDelivery", strawberry.lazy("api.schema.milk_delivery")]]:
        return await hops.hanging(info, Hop.FARM_DELIVERIES, str(self.id), first, after)


class FarmSortBy(StrEnum):
    ID = "id"
    NAME = "nameOrder"
    RECORDED_AT = "recordedAt"


described(
    FarmSortBy,
    "What farms are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "NAME": "牧场名称, by code point.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of farms.")
class FarmSort:
    by: FarmSortBy = strawberry.field(default=FarmSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which farms. All that is given must hold.")
class FarmFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers.")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        return (
            Builder(Kind.FARM)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
