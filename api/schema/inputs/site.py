"""QB/T 4971-2018 table 3 row 5 and table 4."""

import strawberry

from graph.model.kinds import SiteKind


@strawberry.input(description="A place that product is kept at, sent from or sold at (QB/T 4971-2018 table 3 row 5, table 4).")
class SiteInput:
    number: str = strawberry.field(description="The enterprise's own number for the site, 1 to 64 characters (QB/T 4971-2018 5.1).")
    site_kind: SiteKind = strawberry.field(description="What is done there (QB/T 4971-2018 table 4 row 3).")
    name: str = strawberry.field(description="Name (QB/T 4971-2018 table 4 row 3).")
    address: str | None = strawberry.field(default=strawberry.UNSET, description="Address (QB/T 4971-2018 table 4 row 3).")
