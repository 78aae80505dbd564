"""QB/T 4971-2018 table 1-2 row 3."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.problems import Problem
from graph.model.records.base import Record, Reference
from graph.model.records.order import not_before
from graph.model.records.values import Instant, Measure, Quantity, Text, number_of, reference_to


class MilkDelivery(Record):
    KIND: ClassVar[Kind] = Kind.MILK_DELIVERY

    number: Annotated[str, number_of(Kind.MILK_DELIVERY)]
    farm: Annotated[str, reference_to(Kind.FARM)]
    quantity_kg: Quantity
    departed_at: Instant | None = None
    departure_temperature_c: Measure | None = None
    arrived_at: Instant
    arrival_temperature_c: Measure | None = None
    milk_source_origin: Text = None

    def references(self) -> Iterator[Reference]:
        yield Reference("farm", self.farm)

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_before("arrivedAt", self.arrived_at, "departedAt", self.departed_at)
