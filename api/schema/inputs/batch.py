"""QB/T 4971-2018 tables 2-1, 2-2, 3 and 6."""

import strawberry

from api.schema.inputs.file import FileInput
from api.schema.scalars import Date, DateTime, Decimal
from graph.model.kinds import BatchKind, ProcessRoute


@strawberry.input(description="One use of one source in a batch (QB/T 4971-2018 table 2-1 row 2, table 2-2 rows 1-4).")
class BatchInputUse:
    source: strawberry.ID = strawberry.field(
        description="ID of the milk delivery, ingredient lot or batch that went in (QB/T 4971-2018 table 2-1 row 2)."
    )
    quantity_kg: Decimal = strawberry.field(description="How much of it, in kg, above 0 (QB/T 4971-2018 table 2-1 row 2).")
    at: DateTime = strawberry.field(description="When it went in (QB/T 4971-2018 table 2-1 row 2).")
    rework: bool | None = strawberry.field(
        default=False, description="Whether it is product that is worked again (QB/T 4971-2018 table 3 row 3)."
    )


@strawberry.input(description="A silo filling, an intermediate or a finished batch (QB/T 4971-2018 tables 2-1, 2-2 and 3, 8.2.4).")
class BatchInput:
    number: str = strawberry.field(description="The batch number, 1 to 64 characters (QB/T 4971-2018 table 6 row 10).")
    batch_kind: BatchKind = strawberry.field(default=BatchKind.FINISHED, description="What comes out of it (QB/T 4971-2018 6.2).")
    product: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Code of a product of one's own, or the ID of another's, for whom it is made (QB/T 4971-2018 table 3 row 1).",
    )
    route: ProcessRoute | None = strawberry.field(default=strawberry.UNSET, description="Wet, dry or combined (QB/T 4971-2018 6.2).")
    production_date: Date = strawberry.field(description="Production date, as printed (QB/T 4971-2018 table 6 row 7).")
    best_before: Date | None = strawberry.field(
        default=strawberry.UNSET, description="Best before, not before the production date (QB/T 4971-2018 table 6 row 8)."
    )
    started_at: DateTime = strawberry.field(description="When production started (QB/T 4971-2018 table 2-1 row 2, table 2-2 rows 3-5).")
    ended_at: DateTime = strawberry.field(
        description="When production ended, not before it started (QB/T 4971-2018 table 2-1 row 3, table 2-2 row 5)."
    )
    yield_kg: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="What came out, in kg, above 0 (QB/T 4971-2018 table 2-2 row 5)."
    )
    place_of_production: str | None = strawberry.field(
        default=strawberry.UNSET, description="Place of production, as told to consumers (QB/T 4971-2018 table 6 row 9)."
    )
    producer_name_and_contact: str | None = strawberry.field(
        default=strawberry.UNSET, description="Producer's name and how to reach it (QB/T 4971-2018 table 6 row 20)."
    )
    product_inspection_report: FileInput | None = strawberry.field(
        default=strawberry.UNSET, description="The product inspection report (QB/T 4971-2018 table 6 row 29)."
    )
    uploaded_on: Date | None = strawberry.field(
        default=strawberry.UNSET, description="When the enterprise uploaded the data (QB/T 4971-2018 table 6 row 32)."
    )
    voluntary_disclosures: str | None = strawberry.field(
        default=strawberry.UNSET, description="What else the enterprise discloses of its own will (QB/T 4971-2018 table 6 row 33)."
    )
    inputs: list[BatchInputUse] = strawberry.field(
        default_factory=list[BatchInputUse],
        description="What went in, each weighing on its own (QB/T 4971-2018 table 2-1 row 2, table 2-2 row 4).",
    )
