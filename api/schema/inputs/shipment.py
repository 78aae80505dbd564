"""QB/T 4971-2018 table 4 rows 1 and 2."""

import strawberry

from api.schema.scalars import DateTime


@strawberry.input(description="Packages that leave a site for another (QB/T 4971-2018 table 4 rows 1-2).")
class ShipmentInput:
    number: str = strawberry.field(
        description="The sender's own number for the shipment, 1 to 64 characters (QB/T 4971-2018 table 4 row 1)."
    )
    origin: strawberry.ID = strawberry.field(description="ID of the site it leaves from (QB/T 4971-2018 table 4 row 2).")
    destination: strawberry.ID = strawberry.field(description="ID of the site it is bound for (QB/T 4971-2018 table 4 row 2).")
    departed_at: DateTime = strawberry.field(description="When it left (QB/T 4971-2018 table 4 row 1).")
    packages: list[strawberry.ID] = strawberry.field(
        description="IDs of the packages loaded, each once; what is in them travels along. Of a shipment that is recorded and did not take "
        "place, none: so it is taken back, unless another enterprise has received it (QB/T 4971-2018 table 4 row 2)."
    )


@strawberry.input(description="The arrival of a shipment, told by its destination or its sender (QB/T 4971-2018 table 4 row 2).")
class ReceiptInput:
    shipment: strawberry.ID = strawberry.field(description="ID of the shipment (QB/T 4971-2018 table 4 row 2).")
    received_at: DateTime = strawberry.field(description="When it arrived, not before it left (QB/T 4971-2018 table 4 row 2).")
    missing: list[strawberry.ID] = strawberry.field(
        default_factory=list[strawberry.ID],
        description="IDs of the packages that did not arrive, each once (QB/T 4971-2018 table 4 row 2).",
    )
