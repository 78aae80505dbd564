"""Records as files tell of them, where that is not as the mutations take them. Formats name their parts by the classes."""

from graph.model.records import batch
from graph.model.records.told import NOT_TOLD
from graph.model.records.values import Quantity


class BatchUse(batch.BatchUse):
    """Its mass may be left out, since documents of events tell of uses without one, and what they made is exported to files."""

    quantity_kg: Quantity = NOT_TOLD


class Batch(batch.Batch):
    inputs: tuple[BatchUse, ...] = ()  # pyright: ignore[reportIncompatibleVariableOverride] # records are frozen
