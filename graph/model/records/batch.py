"""QB/T 4971-2018 tables 2-1, 2-2, 3 and 6, and 8.2.4: the batch is the main line of what is recorded in production."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from graph.model.identifiers import Kind
from graph.model.kinds import BatchKind, ProcessRoute
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import FileRef, Part, Record, Reference
from graph.model.records.order import not_before
from graph.model.records.values import Day, Flag, Instant, LongText, Quantity, Text, name_of, number_of, one_of, reference_to


class BatchUse(Part):
    """One weighing of one source into the batch; the same source may be used again at another time."""

    source: Annotated[str, reference_to(Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH)]
    quantity_kg: Quantity
    at: Instant
    rework: Flag = False


class Batch(Record):
    KIND: ClassVar[Kind] = Kind.PRODUCTION_BATCH

    number: Annotated[str, number_of(Kind.PRODUCTION_BATCH)]
    batch_kind: Annotated[str, one_of(BatchKind)] = BatchKind.FINISHED.value
    product: Annotated[str, name_of(Kind.PRODUCT)] | None = None
    route: Annotated[str, one_of(ProcessRoute)] | None = None
    production_date: Day
    best_before: Day | None = None
    started_at: Instant
    ended_at: Instant
    yield_kg: Quantity | None = None
    place_of_production: Text = None
    producer_name_and_contact: Text = None
    product_inspection_report: FileRef | None = None
    uploaded_on: Day | None = None
    voluntary_disclosures: LongText = None
    inputs: tuple[BatchUse, ...] = ()

    def references(self) -> Iterator[Reference]:
        if self.product is not None:
            yield Reference("product", self.product)
        for line, use in enumerate(self.inputs):
            yield Reference(f"inputs[{line}].source", use.source)

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        """One that is new: what an amendment takes out of it, an event of its owner that is recorded again would put back."""
        return () if before else [self.id(owner)]

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_before("endedAt", self.ended_at, "startedAt", self.started_at)
        yield from not_before("bestBefore", self.best_before, "productionDate", self.production_date)
        own = self.id(owner)
        for line, use in enumerate(self.inputs):
            if use.source == own:
                message = f"found the batch {own} itself; right is what went into it"
                yield Problem(ProblemCode.IN_ITSELF, f"inputs[{line}].source", message)

    def listed(self) -> int:
        return len(self.inputs)
