"""Packages, from a single unit to a pallet (QB/T 4971-2018 7.2)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers import hops
from api.schema.connection import After, Connection, First
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Gs1Named, PackageLevel, Record, Traceable, TraceableKind, of_kind
from api.schema.scalars import DateTime, require
from api.schema.shared_trace import SharedTrace
from api.schema.tiers import INTERNAL, PUBLIC, SHARED
from graph.model.codes import MalformedCode, read_code
from graph.model.identifiers import Kind
from graph.records import Anchor, Hop, Selection

if TYPE_CHECKING:
    from api.schema.batch import Batch
    from api.schema.consumer_query import ConsumerQuery
    from api.schema.shipment import Shipment


@of_kind(Kind.PACKAGE)
@strawberry.type(description="A single unit with its trace code, or what packs are put into, up to a pallet (QB/T 4971-2018 7.2).")
class Package(Traceable, Gs1Named, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.PACKAGE, description="Always PACKAGE.")
    code: str = strawberry.field(directives=PUBLIC, description="产品追溯编码, as printed: <enterprise code>.<number> (table 6 row 11).")
    number: str = strawberry.field(directives=SHARED, description="The enterprise's own number of the package.")
    level: PackageLevel = strawberry.field(directives=PUBLIC, description="Item, inner pack, case or pallet.")
    packed_at: DateTime = strawberry.field(directives=SHARED, description="When it was packed (table 2-1 row 7 产品包装信息).")
    batch_id: strawberry.Private[str | None]

    @strawberry.field(
        directives=SHARED,
        description="The batch that an item was packed from (8.2.4); null for a package of a higher level, and for who may not read the "
        "batch: `sharedTrace` says what is shared of it.",
    )
    async def batch(self, info: Info) -> Annotated["Batch", strawberry.lazy("api.schema.batch")] | None:
        return await hops.named(info, self.batch_id)

    @strawberry.field(
        directives=SHARED,
        description="产品追溯共享信息: what all who sent or got it may read of its batch and product (maternal and baby products draft, "
        "table 7).",
    )
    async def shared_trace(self, info: Info) -> SharedTrace | None:
        found = await info.context.loaders.shared_trace(str(self.id))
        return None if found is None else SharedTrace.of(found)

    @strawberry.field(directives=SHARED, description="What it is in now (7.2; 上一级包装); null when it is in nothing.")
    async def parent(self, info: Info) -> Optional["Package"]:  # a name in quotes knows no |
        return await hops.parent(info, str(self.id))

    @strawberry.field(directives=SHARED, description="What is in it, by ID: now, or at a time.")
    async def children(
        self,
        info: Info,
        at: Annotated[DateTime | None, strawberry.argument(description="At this instant; now unless said.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Annotated["Package", strawberry.lazy("api.schema.package")]]:
        return await hops.children(info, str(self.id), None if at is None else require(at, "at"), first, after)

    @strawberry.field(
        directives=SHARED, description="The shipments that list it, by ID. What it was in is listed in its stead when it travelled in that."
    )
    async def shipments(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["Shipment", strawberry.lazy("api.schema.shipment")]]:
        return await hops.hanging(info, Hop.PACKAGE_SHIPMENTS, str(self.id), first, after)

    @strawberry.field(
        directives=INTERNAL, description="The public look-ups of its code, by ID, which is by time (table 5 row 4 追溯查询记录)."
    )
    async def queries(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated["ConsumerQuery", strawberry.lazy("api.schema.consumer_query")]]:
        return await hops.hanging(info, Hop.PACKAGE_QUERIES, str(self.id), first, after)


class PackageSortBy(StrEnum):
    ID = "id"
    PACKED_AT = "packedAt"
    RECORDED_AT = "recordedAt"


described(
    PackageSortBy,
    "What packages are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "PACKED_AT": "When they were packed.", "RECORDED_AT": "When the present version was recorded."},
)


@strawberry.input(description="The order of packages.")
class PackageSort:
    by: PackageSortBy = strawberry.field(default=PackageSortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which packages. All that is given must hold.")
class PackageFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Recorded by enterprises with these codes.")
    numbers: list[str] | None = strawberry.field(default=None, description="With one of these numbers.")
    codes: list[str] | None = strawberry.field(default=None, description="With one of these trace codes, as printed or in a GS1 form.")
    code_starts_with: str | None = strawberry.field(
        default=None, description="With a trace code, <enterprise code>.<number>, that begins so; the enterprise code must be whole."
    )
    levels: list[PackageLevel] | None = strawberry.field(default=None, description="Of one of these levels.")
    batch: strawberry.ID | None = strawberry.field(default=None, description="Items packed from this batch.")
    packed_at: DateTimeRange | None = strawberry.field(default=None, description="Packed then.")
    recorded_at: DateTimeRange | None = strawberry.field(default=None, description="Whose present version was recorded then.")

    def selection(self) -> Selection:
        batch = None if self.batch is None else hops.checked_id(self.batch, "filter.batch", Kind.PRODUCTION_BATCH)
        builder = (
            Builder(Kind.PACKAGE)
            .owners(self.owners)
            .numbers(self.numbers, None)
            .ids(None if self.codes is None else _packages(self.codes))
            .any_of("level", self.levels)
            .hanging_on(Anchor.BATCH, batch, "batch")
            .within("packedAt", self.packed_at, "packedAt")
            .within("recordedAt", self.recorded_at, "recordedAt")
        )
        if self.code_starts_with is not None:
            enterprise, _, number = self.code_starts_with.partition(".")
            builder.starting_with(enterprise, number)
        return builder.selection()


def _packages(codes: list[str]) -> list[str]:
    """The IDs that codes may stand for. ApiError BAD_USER_INPUT for what is no code."""
    try:
        return [candidate.package_id for code in codes for candidate in read_code(code, None)]
    except MalformedCode as error:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"filter.codes: {error}", path="filter.codes") from error
