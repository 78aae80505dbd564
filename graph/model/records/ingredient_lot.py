"""QB/T 4971-2018 table 1-1 and table 6 row 30."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.kinds import IngredientCategory
from graph.model.records.base import FileRef, Record, Reference
from graph.model.records.values import Flag, Instant, MandatoryText, Quantity, Text, number_of, one_of, reference_to


class IngredientLot(Record):
    KIND: ClassVar[Kind] = Kind.INGREDIENT_LOT

    number: Annotated[str, number_of(Kind.INGREDIENT_LOT)]
    name: MandatoryText
    supplier: Annotated[str, reference_to(Kind.ENTERPRISE)] | None = None
    quantity_kg: Quantity
    received_at: Instant
    category: Annotated[str, one_of(IngredientCategory)] | None = None
    main_ingredient: Flag | None = None
    heat_sensitive: Flag | None = None
    place_of_origin: Text = None
    certificates: tuple[FileRef, ...] = ()

    def references(self) -> Iterator[Reference]:
        if self.supplier is not None:
            yield Reference("supplier", self.supplier)

    def listed(self) -> int:
        return len(self.certificates)
