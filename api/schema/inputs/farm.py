"""QB/T 4971-2018 table 1-2 row 1."""

import strawberry


@strawberry.input(description="A farm that milk comes from (QB/T 4971-2018 table 1-2 row 1).")
class FarmInput:
    number: str = strawberry.field(description="The enterprise's own number for the farm, 1 to 64 characters (QB/T 4971-2018 5.1).")
    name: str = strawberry.field(description="Name (QB/T 4971-2018 table 1-2 row 3).")
    address: str = strawberry.field(description="Address (QB/T 4971-2018 table 1-2 row 1).")
