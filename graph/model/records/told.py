"""Records as documents of other systems tell of them."""

from decimal import Decimal
from typing import Annotated

from pydantic import PlainValidator

from graph.model.records.batch import Batch, BatchUse
from graph.model.records.values import quantity_of

NOT_TOLD = "0"
"""The mass of a use whose document gives none, or counts pieces. A mass that was told is above 0."""


def _mass(value: object) -> str:
    return NOT_TOLD if value == NOT_TOLD or value == Decimal(0) else quantity_of(value)


_UNSTATED = "__"


def unstated(of: str, told_in: str) -> str:
    """The number of a batch of which only its product is known, and where it was first told of. No number of a key has two underscores."""
    return f"{of}.{_UNSTATED}{told_in}"


def is_unstated(batch: str) -> bool:
    return f".{_UNSTATED}" in batch


class ToldUse(BatchUse):
    quantity_kg: Annotated[str, PlainValidator(_mass)]


class ToldBatch(Batch):
    inputs: tuple[ToldUse, ...] = ()  # pyright: ignore[reportIncompatibleVariableOverride] # records are frozen
