"""QB/T 4971-2018 table 1-2 row 1."""

from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.records.base import Record
from graph.model.records.values import MandatoryText, number_of


class Farm(Record):
    KIND: ClassVar[Kind] = Kind.FARM

    number: Annotated[str, number_of(Kind.FARM)]
    name: MandatoryText
    address: MandatoryText
