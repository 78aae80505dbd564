"""QB/T 4971-2018 table 1-1."""

import strawberry

from api.schema.inputs.file import FileInput
from api.schema.scalars import DateTime, Decimal
from graph.model.kinds import IngredientCategory


@strawberry.input(description="A lot of an ingredient or of packaging material (QB/T 4971-2018 table 1-1 row 1).")
class IngredientLotInput:
    number: str = strawberry.field(
        description="The enterprise's own number for the lot, 1 to 64 characters (QB/T 4971-2018 table 1-1 row 1)."
    )
    name: str = strawberry.field(description="Name of the material (QB/T 4971-2018 table 1-1 row 1).")
    supplier: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="ID of the enterprise that supplied it (QB/T 4971-2018 table 1-1 row 2)."
    )
    quantity_kg: Decimal = strawberry.field(description="Quantity received, in kg, above 0 (QB/T 4971-2018 table 1-1 row 1).")
    received_at: DateTime = strawberry.field(description="When it was received (QB/T 4971-2018 8.1).")
    category: IngredientCategory | None = strawberry.field(
        default=strawberry.UNSET, description="What kind of material it is (QB/T 4971-2018 table 1-1 row 1)."
    )
    main_ingredient: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it makes up more than 2 % of the product (QB/T 4971-2018 table 6 row 30)."
    )
    heat_sensitive: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether heat harms it, so that it may be added in a dry step only (QB/T 4971-2018 table 2-2 rows 1-4).",
    )
    place_of_origin: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where it was produced (QB/T 4971-2018 table 1-1 row 1, table 6 row 31)."
    )
    certificates: list[FileInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its certificates of conformity (QB/T 4971-2018 table 6 row 30)."
    )
