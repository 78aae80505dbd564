"""Public look-ups (QB/T 4971-2018 table 5 row 4)."""

from enum import StrEnum

import strawberry

from api.resolvers import hops
from api.schema.described import described
from api.schema.filters import Builder, DateTimeRange, SortDirection
from api.schema.interfaces import Record, Traceable, TraceableKind, of_kind
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL, SHARED
from graph.model.identifiers import Kind
from graph.records import Anchor, Selection


@of_kind(Kind.CONSUMER_QUERY)
@strawberry.type(description="One public look-up of a code (QB/T 4971-2018 table 5 row 4 追溯查询记录). Who asked is not kept.")
class ConsumerQuery(Traceable, Record):
    kind: TraceableKind = strawberry.field(directives=SHARED, default=TraceableKind.CONSUMER_QUERY, description="Always CONSUMER_QUERY.")
    code: str = strawberry.field(directives=INTERNAL, description="The code looked up, as <enterprise code>.<number>.")
    time: DateTime = strawberry.field(directives=INTERNAL, description="追溯查询时间 (table 5 row 4).")
    channel: str | None = strawberry.field(directives=INTERNAL, description="查询渠道 (table 5 row 4).")
    place: str | None = strawberry.field(directives=INTERNAL, description="Where, roughly: a province or city (table 5 row 4 地点).")
    verdict: str = strawberry.field(directives=INTERNAL, description="What was answered: a Verdict.")
    count: int = strawberry.field(
        directives=INTERNAL, description="次数: how often the code had been looked up, this look-up included (table 5 row 4)."
    )


class ConsumerQuerySortBy(StrEnum):
    ID = "id"
    TIME = "time"
    RECORDED_AT = "recordedAt"


described(
    ConsumerQuerySortBy,
    "What look-ups are sorted by; those with equal values by ID.",
    {"ID": "The ID.", "TIME": "追溯查询时间.", "RECORDED_AT": "When it was recorded."},
)


@strawberry.input(description="The order of look-ups.")
class ConsumerQuerySort:
    by: ConsumerQuerySortBy = strawberry.field(default=ConsumerQuerySortBy.ID, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which look-ups. All that is given must hold.")
class ConsumerQueryFilter:
    owners: list[str] | None = strawberry.field(default=None, description="Of codes of enterprises with these codes.")
    package: strawberry.ID | None = strawberry.field(default=None, description="Of this package's code.")
    codes: list[str] | None = strawberry.field(default=None, description="Of one of these codes, as <enterprise code>.<number>.")
    verdicts: list[str] | None = strawberry.field(default=None, description="Answered with one of these verdicts.")
    channels: list[str] | None = strawberry.field(default=None, description="Through one of these channels (查询渠道).")
    places: list[str] | None = strawberry.field(default=None, description="From one of these places, as recorded.")
    time: DateTimeRange | None = strawberry.field(default=None, description="Then (追溯查询时间).")

    def selection(self) -> Selection:
        package = None if self.package is None else hops.checked_id(self.package, "filter.package", Kind.PACKAGE)
        return (
            Builder(Kind.CONSUMER_QUERY)
            .owners(self.owners)
            .hanging_on(Anchor.PACKAGE, package, "")
            .any_of("code", self.codes)
            .any_of("verdict", self.verdicts)
            .any_of("channel", self.channels)
            .any_of("place", self.places)
            .within("time", self.time, "time")
            .selection()
        )
