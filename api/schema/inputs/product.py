"""QB/T 4971-2018 table 3 and table 6."""

import strawberry

from api.schema.inputs.file import FileInput
from api.schema.scalars import Decimal


@strawberry.input(description="A product: what holds for every package of it (QB/T 4971-2018 table 3 rows 1-2, table 6).")
class ProductInput:
    code: str = strawberry.field(description="The product's code, its GTIN where there is one, 1 to 64 characters (QB/T 4971-2018 5.1).")
    name: str = strawberry.field(description="Name (QB/T 4971-2018 table 6 row 1).")
    net_content_grams: Decimal = strawberry.field(description="Net content, in g, above 0 (QB/T 4971-2018 table 6 row 2).")
    brand: str | None = strawberry.field(default=strawberry.UNSET, description="Brand (QB/T 4971-2018 table 3 row 1).")
    net_content_and_specification: str | None = strawberry.field(
        default=strawberry.UNSET, description="Net content and specification, as printed (QB/T 4971-2018 table 6 row 2)."
    )
    product_standard: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number of the standard that the product keeps (QB/T 4971-2018 table 6 row 3)."
    )
    product_category: str | None = strawberry.field(
        default=strawberry.UNSET, description="Category and attribute, as printed (QB/T 4971-2018 table 6 row 4)."
    )
    production_process: str | None = strawberry.field(
        default=strawberry.UNSET, description="Production process, as printed (QB/T 4971-2018 table 6 row 5)."
    )
    packaging_artwork: FileInput | None = strawberry.field(
        default=strawberry.UNSET, description="The unfolded outer packaging, clear and complete (QB/T 4971-2018 table 6 row 6)."
    )
    suitable_age: str | None = strawberry.field(default=strawberry.UNSET, description="For which age (QB/T 4971-2018 table 6 row 22).")
    instructions_for_use: str | None = strawberry.field(
        default=strawberry.UNSET, description="Instructions for use; line breaks are kept (QB/T 4971-2018 table 6 row 23)."
    )
    warnings: str | None = strawberry.field(default=strawberry.UNSET, description="Warnings (QB/T 4971-2018 table 6 row 24).")
    ingredient_list: str | None = strawberry.field(
        default=strawberry.UNSET, description="List of ingredients, as printed (QB/T 4971-2018 table 6 row 25)."
    )
    storage_conditions: str | None = strawberry.field(
        default=strawberry.UNSET, description="Storage conditions (QB/T 4971-2018 table 6 row 26)."
    )
    nutrition: str | None = strawberry.field(
        default=strawberry.UNSET, description="Main nutrients and their content, as printed (QB/T 4971-2018 table 6 row 27)."
    )
    quality_commitment: str | None = strawberry.field(
        default=strawberry.UNSET, description="Other commitments to quality (QB/T 4971-2018 table 6 row 28)."
    )
    voluntary_disclosures: str | None = strawberry.field(
        default=strawberry.UNSET, description="What else the enterprise discloses of its own will (QB/T 4971-2018 table 6 row 33)."
    )
    shelf_life_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Shelf life, in days from the production date, above 0 (QB/T 4971-2018 table 3 row 1)."
    )
