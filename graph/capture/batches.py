"""Batches: silo fillings, intermediates and finished product, and what went into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from auth.actor import Actor
from graph.capture.checking import Draft
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import put, read_stored, storing
from graph.capture.told import nothing_new, read_and_merge
from graph.capture.work import Stored, Work
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, kind_of
from graph.model.problems import Problem, ProblemCode
from graph.model.records import filed
from graph.model.records.base import FileRef, canonical, digest_of
from graph.model.records.batch import Batch
from graph.model.records.told import NOT_TOLD, ToldBatch, ToldUse
from graph.statements import statement

_SOURCES = (Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH)
_CONSUME = {kind: statement("capture/consume", label=kind.label) for kind in _SOURCES}
_UNLINK_CONSUME = statement("capture/unlink_consume")
_MAKE = statement("capture/make")
_UNLINK_MAKE = statement("capture/unlink_make")


async def capture_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("recordBatches", Batch, storing("ProductionBatch", check_references, link_batches))
    return await capture(graph, actor, noun, records, options or Options())


async def capture_filed_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As `capture_batches`, of files, in which the mass of a use may be left out. Without a word on inputs a batch keeps its own."""
    return await capture(graph, actor, Noun("recordBatches", filed.Batch, _store_filed), records, options or Options())


async def capture_told_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As documents tell of them: inputs are added to those that are stored, and what is stored otherwise stays."""
    return await capture(graph, actor, Noun("recordBatches", ToldBatch, _store_told), records, options or Options())


async def capture_implied_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """Batches that must be there, since something was made of them: one that is stored stays as it is."""
    return await capture(graph, actor, Noun("recordBatches", ToldBatch, _store_implied), records, options or Options())


async def capture_agreeing_batches(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """Batches as their items tell of them: one that is stored gains what it lacks; what contradicts it is refused."""
    return await capture(graph, actor, Noun("recordBatches", ToldBatch, _store_agreeing), records, options or Options())


async def _store_filed(work: Work[filed.Batch]) -> None:
    await read_stored(work, "ProductionBatch")
    work.drafts = tuple(_with_inputs(draft, work.stored.get(draft.id)) for draft in work.drafts)
    await check_references(work)
    await put(work, "ProductionBatch")
    await link_batches(work)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _with_inputs(draft: Draft[filed.Batch], before: Stored | None) -> Draft[filed.Batch]:
    """With those that are stored, where none were told: inputs may come in rows of their own."""
    stored = (before.content or {}).get("inputs") if before and before.version else None
    if "inputs" in draft.record.model_fields_set or not stored:
        return draft
    record = draft.record.model_copy(update={"inputs": tuple(_use(orjson.loads(text)) for text in stored)})
    content = draft.content | {"inputs": list(stored)}
    text = canonical(content)
    return replace(draft, record=record, content=content, canonical=text, digest=digest_of(text))


async def _store_implied(work: Work[ToldBatch]) -> None:
    await read_and_merge(work, "ProductionBatch", nothing_new)
    await put(work, "ProductionBatch")
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


async def _store_told(work: Work[ToldBatch]) -> None:
    await _store_merged(work, _merged)


async def _store_agreeing(work: Work[ToldBatch]) -> None:
    await _store_merged(work, _agreeing)


async def _store_merged(work: Work[ToldBatch], merged: Callable[[ToldBatch, Mapping[str, Any]], ToldBatch | Problem | None]) -> None:
    await read_and_merge(work, "ProductionBatch", merged)
    await check_references(work)
    await put(work, "ProductionBatch")
    await link_batches(work)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _merged(told: ToldBatch, stored: Mapping[str, Any]) -> ToldBatch | None:
    before = tuple(_use(orjson.loads(text)) for text in stored.get("inputs") or ())
    known = {(use.source, use.at, use.quantity_kg) for use in before}
    new = tuple(use for use in told.inputs if (use.source, use.at, use.quantity_kg) not in known)
    update = _fields(stored)
    update["inputs"] = (*before, *new)
    update["started_at"] = min(told.started_at, stored["startedAt"])
    update["ended_at"] = max(told.ended_at, stored["endedAt"])
    merged = told.model_copy(update=update)
    return None if not new and all(stored.get(alias) == value for alias, value in merged.content().items() if alias != "inputs") else merged


def batch_of(stored: Mapping[str, Any], uses: Sequence[dict[str, Any]]) -> Batch:
    """A batch as it is stored, with its inputs."""
    return ToldBatch.model_construct(**_fields(stored), inputs=tuple(map(_use, uses)))


def _fields(stored: Mapping[str, Any]) -> dict[str, Any]:
    """By the names of Python, without the inputs."""
    fields = {field.alias or name: name for name, field in ToldBatch.model_fields.items()}
    return {fields[alias]: _kept(value) for alias, value in stored.items() if alias in fields and alias != "inputs" and value is not None}


def _agreeing(told: ToldBatch, stored: Mapping[str, Any]) -> ToldBatch | Problem | None:
    for name, value in (("productionDate", told.production_date), ("bestBefore", told.best_before), ("product", told.product)):
        if value is not None and stored.get(name) not in (None, value):
            message = f"found {value}, and {stored[name]} as recorded before; right is what holds for the batch"
            return Problem(ProblemCode.DUPLICATE, name, message)
    return _merged(told.model_copy(update={"started_at": stored["startedAt"], "ended_at": stored["endedAt"]}), stored)


def _use(entry: dict[str, Any]) -> ToldUse:
    return ToldUse.model_construct(source=entry["source"], quantity_kg=entry["quantityKg"], at=entry["at"], rework=entry["rework"])


def _kept(value: Any) -> Any:
    """A file, which is kept as a JSON text, as it was read."""
    if isinstance(value, str) and value.startswith('{"'):
        entry = orjson.loads(value)
        return FileRef.model_construct(
            name=entry["name"], sha256=entry["sha256"], media_type=entry.get("mediaType"), size=entry.get("size")
        )
    return value


async def link_batches(work: Work[Any]) -> None:
    """The edges of the changed batches, of batches alone."""
    updated = [{"id": draft.id} for draft in work.updates()]
    await work.run_rows(_UNLINK_CONSUME, updated)
    await work.run_rows(_UNLINK_MAKE, updated)
    uses: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in _SOURCES}
    products: list[dict[str, Any]] = []
    for draft in work.changes():
        if draft.record.product is not None:
            products.append({"id": draft.id, "product": draft.record.product})
        for line, use in enumerate(draft.record.inputs):
            edge = {
                "at": use.at,
                "quantityKg": None if use.quantity_kg == NOT_TOLD else use.quantity_kg,
                "rework": use.rework,
                "line": line,
            }
            uses[kind_of(use.source)].append({"id": draft.id, "source": use.source, **edge})
    for kind, rows in uses.items():
        await work.run_rows(_CONSUME[kind], rows)
    await work.run_rows(_MAKE, products)
