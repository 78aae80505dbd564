"""QB/T 4971-2018 table 2-1 row 2, one weighing a record: what files tell of a batch apart from it."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.problems import Problem, ProblemCode
from graph.model.records import filed
from graph.model.records.base import Record, Reference
from graph.model.records.told import NOT_TOLD
from graph.model.records.values import Flag, Instant, Quantity, number_of, own_name_of, reference_to


class BatchInput(Record):
    """Batch, source and time name it."""

    KIND: ClassVar[Kind] = Kind.PRODUCTION_BATCH
    NAMED_BY: ClassVar[str] = "batch"

    batch: Annotated[str, own_name_of(Kind.PRODUCTION_BATCH)]
    source: Annotated[str, reference_to(Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH)]
    quantity_kg: Quantity = NOT_TOLD
    at: Instant
    rework: Flag = False

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        """The batch's: an input is a part of it."""
        return name

    def references(self) -> Iterator[Reference]:
        yield Reference("batch", self.batch)
        yield Reference("source", self.source)

    def rules(self, owner: str) -> Iterator[Problem]:
        if self.source == self.batch:
            yield Problem(ProblemCode.IN_ITSELF, "source", f"found the batch {self.batch} itself; right is what went into it")


class MoreInputs(Record):
    """What is added to the inputs of a batch that is recorded."""

    KIND: ClassVar[Kind] = Kind.PRODUCTION_BATCH

    number: Annotated[str, number_of(Kind.PRODUCTION_BATCH)]
    inputs: tuple[filed.BatchUse, ...]

    def references(self) -> Iterator[Reference]:
        for line, use in enumerate(self.inputs):
            yield Reference(f"inputs[{line}].source", use.source)

    def listed(self) -> int:
        return len(self.inputs)
