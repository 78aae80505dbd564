"""QB/T 4971-2018 table 1-2 row 3."""

import strawberry

from api.schema.scalars import DateTime, Decimal


@strawberry.input(description="One tanker of raw milk from one farm (QB/T 4971-2018 table 1-2 row 3).")
class MilkDeliveryInput:
    number: str = strawberry.field(description="The enterprise's own number for the delivery, 1 to 64 characters (QB/T 4971-2018 5.1).")
    farm: strawberry.ID = strawberry.field(description="ID of the farm (QB/T 4971-2018 table 1-2 row 3).")
    quantity_kg: Decimal = strawberry.field(description="Quantity of milk, in kg, above 0 (QB/T 4971-2018 table 1-2 row 3).")
    departed_at: DateTime | None = strawberry.field(
        default=strawberry.UNSET, description="When the tanker left the farm (QB/T 4971-2018 table 1-2 row 3)."
    )
    departure_temperature_c: float | None = strawberry.field(
        default=strawberry.UNSET, description="Temperature of the milk on departure, in °C (QB/T 4971-2018 table 1-2 row 3)."
    )
    arrived_at: DateTime = strawberry.field(description="When the tanker arrived, not before it departed (QB/T 4971-2018 table 1-2 row 3).")
    arrival_temperature_c: float | None = strawberry.field(
        default=strawberry.UNSET, description="Temperature of the milk on arrival, in °C (QB/T 4971-2018 table 1-2 row 3)."
    )
    milk_source_origin: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where the milk comes from, as told to consumers (QB/T 4971-2018 table 6 row 31)."
    )
