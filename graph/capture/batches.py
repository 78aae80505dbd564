"""Batches: silo fillings, intermediates and finished product, and what went into them."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import storing
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, kind_of
from graph.model.records.batch import Batch
from graph.statements import statement

_SOURCES = (Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH)
_CONSUME = {kind: statement("capture/consume", label=kind.label) for kind in _SOURCES}
_UNLINK_CONSUME = statement("capture/unlink_consume")
_MAKE = statement("capture/make")
_UNLINK_MAKE = statement("capture/unlink_make")


async def capture_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("recordBatches", Batch, storing("ProductionBatch", check_references, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def _link(work: Work[Batch]) -> None:
    updated = [{"id": draft.id} for draft in work.updates()]
    await work.run_rows(_UNLINK_CONSUME, updated)
    await work.run_rows(_UNLINK_MAKE, updated)
    uses: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in _SOURCES}
    products: list[dict[str, Any]] = []
    for draft in work.changes():
        if draft.record.product is not None:
            products.append({"id": draft.id, "product": draft.record.product})
        for line, use in enumerate(draft.record.inputs):
            edge = {"at": use.at, "quantityKg": use.quantity_kg, "rework": use.rework, "line": line}
            uses[kind_of(use.source)].append({"id": draft.id, "source": use.source, **edge})
    for kind, rows in uses.items():
        await work.run_rows(_CONSUME[kind], rows)
    await work.run_rows(_MAKE, products)
