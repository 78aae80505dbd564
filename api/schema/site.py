"""Sites (QB/T 4971-2018 table 3 row 5, table 4 row 3)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Gs1Named, Record, SiteKind, Traceable, TraceableKind, of_kind
from api.schema.tiers import SHARED
from graph.model.identifiers import Kind
from graph.records import Hop, Selection

if TYPE_CHECKING:
    from api.schema.shipment import Shipment


@of_kind(Kind.SITE)
@strawberry.type(description="Where packages are kept or sold: plant, warehouse, shop (QB/T 4971-2018 table 3 row 5, table 4 row 3).")
class Site(Traceable, Gs1Named, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.SITE, description="Always SITE.")
    number: str = strawberry.field(directives=SHARED, description="The enterprise's own number of the site.")
    site_kind: SiteKind = strawberry.field(directives=SHARED, description="Plant, warehouse, distributor, store or online store.")
    name: str = strawberry.field(directives=SHARED, description="Its name (table 4 row 2 接收单位名称).")
    address: str | None = strawberry.field(directives=SHARED, description="Its address (table 4 row 2 到达地点).")

    @strawberry.field(directives=SHARED, description="The shipments delivered to it, by ID.")
    async def arrivals(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Shipment", strawberry.lazy("api.schema.shipment")]]:
        return await hops.hanging(info, Hop.SITE_ARRIVALS, str(self.id), first, after)


class SiteSortBy(StrEnum):
    ID = "id"
    NAME = "nameOrder"
    RECORDED_AT = "recordedAt"


described(
    SiteSortBy,
    "What sites are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "NAME": "The name, by code point.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of sites.")
class SiteSort:
    by: SiteSortBy = strawberry.field(default=SiteSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which sites. All that is given must hold.")
class SiteFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers.")
    number_starts_with: str | None = strawberry.field(default=None, description="With a number that begins so.")
    site_kinds: list[SiteKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        return (
            Builder(Kind.SITE)
            .owners(self.owners)
            .numbers(self.numbers, self.number_starts_with)
            .any_of("siteKind", self.site_kinds)
            .within("recordedAt", self.recorded_at, "recordedAt")
            .selection()
        )
