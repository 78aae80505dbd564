"""What documents tell adds to what is stored, in the same transaction, and takes nothing away; to what stays as it is
(`Options.stay_before`), nothing is added either."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from graph.capture.checking import Draft, draft_of
from graph.capture.storing import read_stored
from graph.capture.work import Stored, Work
from graph.model.problems import Problem
from graph.model.records.base import Record

R = TypeVar("R", bound=Record)


async def read_and_merge(work: Work[R], label: str, merged: Callable[[R, Mapping[str, Any]], R | Problem | None]) -> None:
    """`read_stored`, and each draft that differs from what is stored becomes what `merged` makes of both: None when that is what is
    stored, a Problem when they contradict each other."""
    await read_stored(work, label)
    drafts: list[Draft[R]] = []
    for draft in work.drafts:
        before = work.stored.get(draft.id)
        if before is None or not before.version or before.content is None:
            drafts.append(draft)
            continue
        found = merged(draft.record, before.content)
        if isinstance(found, Problem):
            work.reject(draft, found.code, found.path, found.message)
        elif found is None or _stays(work, before):
            work.stored[draft.id] = replace(before, digest=draft.digest)
            found = None
        drafts.append(draft_of(draft.index, found, work.owner, {}) if isinstance(found, Record) else draft)
    work.drafts = tuple(drafts)


def _stays(work: Work[Any], before: Stored) -> bool:
    return work.options.stay_before is not None and (before.recorded_at or 0) < work.options.stay_before


def nothing_new(_: Record, __: Mapping[str, Any]) -> None:
    """What is stored stays as it is."""
