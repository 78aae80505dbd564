"""QB/T 4971-2018 table 3 and table 6 rows 1-6, 22-28 and 33: what holds for every can of a product."""

from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.records.base import FileRef, Record
from graph.model.records.values import Days, LongText, MandatoryText, Quantity, Text, number_of


class Product(Record):
    KIND: ClassVar[Kind] = Kind.PRODUCT
    NAMED_BY: ClassVar[str] = "code"

    code: Annotated[str, number_of(Kind.PRODUCT)]
    name: MandatoryText
    net_content_grams: Quantity
    brand: Text = None
    net_content_and_specification: Text = None
    product_standard: Text = None
    product_category: Text = None
    production_process: Text = None
    packaging_artwork: FileRef | None = None
    suitable_age: Text = None
    instructions_for_use: LongText = None
    warnings: LongText = None
    ingredient_list: LongText = None
    storage_conditions: LongText = None
    nutrition: LongText = None
    quality_commitment: LongText = None
    voluntary_disclosures: LongText = None
    shelf_life_days: Days | None = None
