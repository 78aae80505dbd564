"""A record that is amended to begin later than what has been done with it, by its owner's own records."""

from collections.abc import Sequence
from typing import Any

from graph.capture.checking import Draft
from graph.capture.references import OwnReferences
from graph.capture.work import Work
from graph.model.problems import ProblemCode
from graph.model.texts import instant_text
from graph.statements import Statement, statement

_CONSUMED = {label: statement("capture/first_use", label=label, edge="CONSUMED_BY") for label in ("MilkDelivery", "IngredientLot")}
_PACKED = statement("capture/first_use", label="ProductionBatch", edge="PACKED_INTO")
_SENT = [statement("capture/first_use", label="Package", edge=edge) for edge in ("SHIPPED_IN", "SOLD_AT")]


async def check_arrivals(work: Work[Any]) -> None:
    await _check(work, "arrivedAt", [_CONSUMED["MilkDelivery"]])


async def check_lots(work: Work[Any]) -> None:
    await _check(work, "receivedAt", [_CONSUMED["IngredientLot"]])


async def check_batches(work: Work[Any]) -> None:
    await _check(work, "startedAt", [_PACKED])


async def check_packed(work: Work[Any]) -> list[Draft[Any]]:
    """The packages rejected."""
    return await _later_than_used(work, "packedAt", _SENT)


async def _check(work: Work[Any], field: str, uses: Sequence[Statement]) -> None:
    references = await OwnReferences.read(work)
    await references.check()
    await references.follow(await _later_than_used(work, field, uses))


async def _later_than_used(work: Work[Any], field: str, uses: Sequence[Statement]) -> list[Draft[Any]]:
    """One statement a kind of use, for the records that begin later than they did."""
    later: dict[str, Draft[Any]] = {}
    for draft in work.updates():
        before, now = (work.stored[draft.id].content or {}).get(field), draft.content[field]
        if isinstance(before, int) and isinstance(now, int) and now > before:
            later[draft.id] = draft
    rejected: list[Draft[Any]] = []
    for use in uses if later else ():
        [row] = await work.run(use, ids=sorted(later))
        for record, first in row[0]:
            begins = later[record].content[field]
            if isinstance(begins, int) and begins > first + work.options.tolerance_ms and later[record] not in rejected:
                message = f"found {instant_text(begins)}; right is {instant_text(first)} or before, when a record of yours has it in use"
                work.reject(later[record], ProblemCode.TIMES_OUT_OF_ORDER, field, message)
                rejected.append(later[record])
    return rejected
