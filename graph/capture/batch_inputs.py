"""Inputs that files tell one by one: each is added to its batch, which has to be there, or puts the mass of that weighing right."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from auth.actor import Actor
from graph.capture.batches import batch_of, link_batches
from graph.capture.checking import Draft, check_call, refused, within
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.capture.permission import recorder
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import put
from graph.capture.told import read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.problems import Problem, ProblemCode
from graph.model.records.batch import Batch
from graph.model.records.batch_input import BatchInput, MoreInputs
from graph.model.records.told import NOT_TOLD
from graph.model.texts import instant_text

_PLACE = re.compile(r"records\[\d+\]\.(?:inputs\[(\d+)\]\.?)?")


async def capture_batch_inputs(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """An outcome per input; a wrong one is refused alone. A call of its own records what is right of the rest of its batch."""
    options = options or Options()
    owner, _ = recorder(actor, "recordBatches", platform=False)
    checked = await check_call(BatchInput, owner, records, options, once=False)
    outcomes: dict[int, Outcome] = dict(checked.rejected)
    waiting: dict[str, list[Draft[BatchInput]]] = {}
    for draft in checked.drafts:
        same = next((one for one in waiting.get(draft.id, ()) if _weighing(one) == _weighing(draft)), None)
        if same is not None and same.record != draft.record:
            outcomes[draft.index] = refused(draft.id, [within(draft.index, _second(same.record, draft.record))])
        else:
            waiting.setdefault(draft.id, []).append(draft)
    noun = Noun("recordBatches", MoreInputs, _store)
    while waiting:
        told = [{"number": batch.split("/", 2)[2], "inputs": [_use(one.record) for one in drafts]} for batch, drafts in waiting.items()]
        left: dict[str, list[Draft[BatchInput]]] = {}
        for (batch, drafts), outcome in zip(waiting.items(), await capture(graph, actor, noun, told, options), strict=True):
            wrong = _by_input(outcome.problems)
            for place, draft in enumerate(drafts):
                if problems := wrong.get(place) or wrong.get(None):
                    outcomes[draft.index] = refused(batch, [within(draft.index, one) for one in problems])
                elif outcome.status is Status.REJECTED:
                    left.setdefault(batch, []).append(draft)
                else:
                    outcomes[draft.index] = Outcome(batch, outcome.status, news=outcome.news)
        waiting = left
    return [outcomes[index] for index in range(len(records))]


def _weighing(draft: Draft[BatchInput]) -> tuple[str, int]:
    return draft.record.source, draft.record.at


def _second(first: BatchInput, second: BatchInput) -> Problem:
    found = f"found {second.quantity_kg} kg, and {first.quantity_kg} kg of {first.source} at the same time before"
    return Problem(ProblemCode.DUPLICATE, "quantityKg", f"{found}; right is one mass for a weighing, or the times of two")


def _use(record: BatchInput) -> dict[str, object]:
    mass = {} if record.quantity_kg == NOT_TOLD else {"quantityKg": record.quantity_kg}
    return {"source": record.source, "at": instant_text(record.at), "rework": record.rework, **mass}


def _by_input(problems: Sequence[Problem]) -> dict[int | None, list[Problem]]:
    """None: of the batch as a whole."""
    found: dict[int | None, list[Problem]] = {}
    for one in problems:
        met = _PLACE.match(one.path)
        place = int(met[1]) if met and met[1] else None
        path = one.path[met.end() :] if met and place is not None else "batch"
        found.setdefault(place, []).append(Problem(one.code, path, one.message))
    return found


async def _store(work: Work[Any]) -> None:
    await read_and_merge(work, "ProductionBatch", _merged)
    for draft in work.drafts:
        if not work.version_of(draft.id):
            message = f"found {draft.id}, which is not recorded; right is a batch that is, or that comes before its inputs"
            work.reject(draft, ProblemCode.UNKNOWN_REFERENCE, "batch", message)
    await check_references(work)
    await put(work, "ProductionBatch")
    await link_batches(work)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _merged(told: MoreInputs, stored: Mapping[str, Any]) -> Batch | None:
    """The batch with these inputs too; None where it has them."""
    before = batch_of(stored, [orjson.loads(text) for text in stored.get("inputs") or ()])
    uses = list(before.inputs)
    known = {(use.source, use.at, use.quantity_kg, use.rework) for use in uses}
    places = {(use.source, use.at): place for place, use in enumerate(uses)}
    for use in told.inputs:
        if (same := (use.source, use.at, use.quantity_kg, use.rework)) in known:
            continue
        known.add(same)
        place = places.setdefault((use.source, use.at), len(uses))
        uses[place : place + 1] = [use]
    merged = tuple(uses)
    return None if merged == before.inputs else before.model_copy(update={"inputs": merged})
