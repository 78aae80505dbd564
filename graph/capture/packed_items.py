"""Items as annex C of QB/T 4971-2018 tells of them: each with its batch, which is recorded with it unless it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from auth.actor import Actor
from graph.capture.batches import capture_agreeing_batches
from graph.capture.checking import Draft, check_call, refused, within
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.packages import capture_told_packages
from graph.capture.permission import recorder
from graph.engine.driver import Graph
from graph.model.kinds import PackageLevel
from graph.model.problems import Problem, ProblemCode, path_of
from graph.model.records.packed_item import PackedItem
from graph.model.texts import instant_text


async def capture_packed_items(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """The outcomes are the items'. A batch or an item that is stored stays as it is; one that contradicts it is refused.

    Two calls, of the batches and of the items: when the second fails, the batches are there, and the same call again does the rest.
    """
    owner, _ = recorder(actor, "commissionPackages", platform=False)
    checked = await check_call(PackedItem, owner, records, options or Options(), once=True)
    outcomes: dict[int, Outcome] = dict(checked.rejected)
    batches: dict[str, list[Draft[PackedItem]]] = {}
    for draft in checked.drafts:
        batches.setdefault(draft.record.batch, []).append(draft)
    told = [_batch(batch, drafts) for batch, drafts in batches.items()]
    stored = await capture_agreeing_batches(graph, actor, told, options) if told else []
    news = {draft.index: outcome.news for drafts, outcome in zip(batches.values(), stored, strict=True) for draft in drafts}
    right: list[Draft[PackedItem]] = []
    for (batch, drafts), outcome in zip(batches.items(), stored, strict=True):
        for draft in drafts:
            problems = [within(draft.index, one) for one in _disagreement(batch, drafts[0].record, draft.record)] or _placed(
                draft.index, outcome.problems
            )
            if problems:
                outcomes[draft.index] = replace(refused(draft.id, problems), news=news[draft.index])
            else:
                right.append(draft)
    items = await capture_told_packages(graph, actor, [_item(draft.record) for draft in right], options) if right else []
    for draft, outcome in zip(right, items, strict=True):
        problems = tuple(_placed(draft.index, outcome.problems))
        outcomes[draft.index] = replace(outcome, problems=problems, news=(*news[draft.index], *outcome.news))
    return [outcomes[index] for index in range(len(records))]


def _batch(number: str, drafts: Sequence[Draft[PackedItem]]) -> dict[str, object]:
    """By the first that tells of it; it was at work when its items were packed, as far as is known."""
    first, times = drafts[0].record, [draft.record.packed_at for draft in drafts]
    return {
        "number": number.rpartition("/")[2],
        "productionDate": first.production_date,
        "bestBefore": first.keeps_until,
        "product": first.product,
        "startedAt": instant_text(min(times)),
        "endedAt": instant_text(max(times)),
    }


def _item(record: PackedItem) -> dict[str, object]:
    packed_at = instant_text(record.packed_at)
    return {"number": record.number, "level": PackageLevel.ITEM, "batch": record.batch, "packedAt": packed_at, "parent": record.parent}


def _disagreement(batch: str, first: PackedItem, record: PackedItem) -> list[Problem]:
    """What two items of one call say of their batch."""
    facts = {
        "productionDate": (first.production_date, record.production_date),
        "bestBefore": (first.keeps_until, record.keeps_until),
        "product": (first.product, record.product),
    }
    return [
        Problem(
            ProblemCode.DUPLICATE,
            name,
            f"found {told or 'none'}, and {before or 'none'} of {batch} before; right is one for all items of a batch",
        )
        for name, (before, told) in facts.items()
        if before != told
    ]


def _placed(index: int, problems: Sequence[Problem]) -> list[Problem]:
    """As problems of the item at that place."""
    return [Problem(one.code, f"{path_of('records', index)}.{one.path.partition('.')[2]}", one.message) for one in problems]
