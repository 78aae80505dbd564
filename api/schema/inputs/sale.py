"""QB/T 4971-2018 table 4 row 3 and table 5 row 2."""

import strawberry

from api.schema.scalars import DateTime


@strawberry.input(description="Packages that a store sold (QB/T 4971-2018 table 4 row 3).")
class SaleInput:
    store: strawberry.ID = strawberry.field(description="ID of the site of one's own that sold them (QB/T 4971-2018 table 4 row 3).")
    packages: list[strawberry.ID] = strawberry.field(description="IDs of the packages sold, each once (QB/T 4971-2018 table 4 row 3).")
    sold_at: DateTime = strawberry.field(description="When (QB/T 4971-2018 table 5 row 2).")
