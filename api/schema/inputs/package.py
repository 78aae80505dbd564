"""QB/T 4971-2018 7.2 and table 2-1 row 7."""

import strawberry

from api.schema.described import described
from api.schema.scalars import DateTime
from graph.model.kinds import AggregationAction, PackageLevel

described(
    AggregationAction,
    "Whether children go into their parent or come out (QB/T 4971-2018 7.2).",
    {"ADD": "From this time on they are in the parent.", "REMOVE": "From this time on they are not."},
)


@strawberry.input(description="A package that comes into being with its code (QB/T 4971-2018 7.2, table 2-1 row 7).")
class PackageInput:
    number: str = strawberry.field(
        description="What follows the first dot of the trace code, 1 to 64 characters (QB/T 4971-2018 table 6 row 11)."
    )
    level: PackageLevel = strawberry.field(description="Can, inner pack, case or pallet (QB/T 4971-2018 7.2).")
    batch: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="ID of the batch that it is packed from: for an ITEM, and for no other (QB/T 4971-2018 8.2.4).",
    )
    packed_at: DateTime = strawberry.field(description="When it was packed (QB/T 4971-2018 table 2-1 row 7).")
    parent: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Number of the package of one's own that it went into at once, of a higher level (QB/T 4971-2018 7.2).",
    )


@strawberry.input(description="Packages that go into another, or come out of it, at a time (QB/T 4971-2018 7.2).")
class AggregationInput:
    parent: str = strawberry.field(
        description="Number of the package of one's own that holds them, or ID of another's that a shipment brought (QB/T 4971-2018 7.2)."
    )
    children: list[str] = strawberry.field(
        description="Numbers of one's own packages, IDs of another's, each of a lower level than the parent (QB/T 4971-2018 7.2)."
    )
    action: AggregationAction = strawberry.field(description="Into the parent or out of it (QB/T 4971-2018 7.2).")
    at: DateTime = strawberry.field(description="When (QB/T 4971-2018 7.2).")
