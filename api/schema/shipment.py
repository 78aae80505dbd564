"""Shipments (QB/T 4971-2018 table 4 rows 1 and 2)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Record, Traceable, TraceableKind, of_kind
from api.schema.scalars import DateTime
from api.schema.tiers import SHARED
from graph.model.identifiers import Kind
from graph.records import Anchor, Hop, Selection

if TYPE_CHECKING:
    from api.schema.package import Package
    from api.schema.site import Site


@of_kind(Kind.SHIPMENT)
@strawberry.type(description="One dispatch of packages from a site to another (QB/T 4971-2018 table 4 rows 1-2 发货, 物流).")
class Shipment(Traceable, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.SHIPMENT, description="Always SHIPMENT.")
    number: str = strawberry.field(directives=SHARED, description="The enterprise's own number of the shipment.")
    departed_at: DateTime = strawberry.field(directives=SHARED, description="发货时间 (table 4 row 1).")
    received_at: DateTime | None = strawberry.field(directives=SHARED, description="到达时间 (table 4 row 2); null until a receipt comes.")
    origin_id: strawberry.Private[str | None]
    destination_id: strawberry.Private[str | None]

    @strawberry.field(directives=SHARED, description="发货地点 (table 4 rows 1-2 始发地点); null when it has not come, or may not be read.")
    async def origin(self, info: Info) -> Annotated["Site", strawberry.lazy("api.schema.site")] | None:
        return await hops.named(info, self.origin_id)

    @strawberry.field(directives=SHARED, description="到达地点 (table 4 row 2); null when it has not come, or may not be read.")
    async def destination(self, info: Info) -> Annotated["Site", strawberry.lazy("api.schema.site")] | None:
        return await hops.named(info, self.destination_id)

    @strawberry.field(
        directives=SHARED, description="The packages listed, by ID (table 4 row 1 货物信息); what is in them travels with them."
    )
    async def packages(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Package", strawberry.lazy("api.schema.package")]]:
        return await hops.hanging(info, Hop.SHIPMENT_PACKAGES, str(self.id), first, after)

    @strawberry.field(directives=SHARED, description="The packages that the receipt says did not arrive, by ID.")
    async def missing(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Package", strawberry.lazy("api.schema.package")]]:
        return await hops.hanging(info, Hop.SHIPMENT_MISSING, str(self.id), first, after)


class ShipmentSortBy(StrEnum):
    ID = "id"
    DEPARTED_AT = "departedAt"
    RECORDED_AT = "recordedAt"


described(
    ShipmentSortBy,
    "What shipments are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "DEPARTED_AT": "发货时间.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of shipments.")
class ShipmentSort:
    by: ShipmentSortBy = strawberry.field(default=ShipmentSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which shipments. All that is given must hold.")
class ShipmentFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers.")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    origin: strawberry.ID | None = strawberry.field(default=None, description="From this site.")
    destination: strawberry.ID | None = strawberry.field(default=None, description="To this site.")
    departed_at: DateTimeRange | None = strawberry.field(default=None, description="That left then.")
    received_at: DateTimeRange | None = strawberry.field(default=None, description="That arrived then; without one that has not.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        origin = None if self.origin is None else hops.checked_id(self.origin, "filter.origin", Kind.SITE)
        destination = None if self.destination is None else hops.checked_id(self.destination, "filter.destination", Kind.SITE)
        return (
            Builder(Kind.SHIPMENT)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .hanging_on(Anchor.DESTINATION, destination, "destination")
            .hanging_on(Anchor.ORIGIN, origin, "origin")
            .within("departedAt", self.departed_at, "departedAt")
            .within("receivedAt", self.received_at, "receivedAt")
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
