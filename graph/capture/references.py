"""References to records of the recorder's own. Those to another enterprise's records are kept, whether these have come or not."""

from collections.abc import Sequence
from typing import Any

from graph.capture.checking import Draft
from graph.capture.work import Work
from graph.model.identifiers import Kind, kind_of
from graph.model.problems import ProblemCode
from graph.model.records.base import Reference
from graph.pace import Pace
from graph.statements import statement

_PRESENT = {kind: statement("capture/present", label=kind.label) for kind in Kind if kind is not Kind.CONSUMER_QUERY}


class OwnReferences:
    """Which of one's own records there are: stored, or accepted in this call (in any order)."""

    def __init__(self, work: Work[Any], present: set[str], *, siblings: bool) -> None:
        self._work = work
        self._present = present
        self._siblings = {draft.id: draft for draft in work.drafts} if siblings else dict[str, Draft[Any]]()
        self._refused_before = work.refused_before if siblings else dict[str, int]()
        self._referring: dict[str, list[Draft[Any]]] = {}

    @classmethod
    async def read(cls, work: Work[Any], *, siblings: bool = True) -> "OwnReferences":
        """One statement per kind that is referred to. siblings: whether the drafts are records that can be referred to."""
        wanted: dict[Kind, set[str]] = {}
        for draft in work.accepted():
            for reference in draft.own:
                wanted.setdefault(kind_of(reference.id), set()).add(reference.id)
        present = {record for record, before in work.stored.items() if before.version} if siblings else set[str]()
        for kind, ids in wanted.items():
            if asked := sorted(ids - present):
                [row] = await work.run(_PRESENT[kind], ids=asked)
                present.update(row[0])
        return cls(work, present, siblings=siblings)

    async def check(self) -> None:
        """Rejects each draft with a reference to what is not there, and then those that refer to a draft rejected, until none is left."""
        pace, wrong = Pace(), list[Draft[Any]]()
        accepted = self._work.accepted()
        there = self._present | ({draft.id for draft in accepted} if self._siblings else set[str]())
        for draft in accepted:
            await pace.step()
            if missing := [reference for reference in draft.own if reference.id not in there]:
                self._reject(draft, missing)
                wrong.append(draft)
            else:
                for record in {reference.id for reference in draft.own} & self._siblings.keys() - self._present:
                    self._referring.setdefault(record, []).append(draft)
        await self.follow(wrong)

    async def follow(self, rejected: Sequence[Draft[Any]]) -> list[Draft[Any]]:
        """Rejects those that refer to the rejected, and those that refer to them. The drafts that fell."""
        pace, fallen, last = Pace(), list[Draft[Any]](), list(rejected)
        while last:
            gone = {draft.id for draft in last}
            referring = {draft.index: draft for record in gone for draft in self._referring.pop(record, ())}
            last = [draft for index, draft in sorted(referring.items()) if index not in self._work.problems]
            for draft in last:
                await pace.step()
                self._reject(draft, [reference for reference in draft.own if reference.id in gone and reference.id not in self._present])
            fallen += last
        return fallen

    def _reject(self, draft: Draft[Any], missing: Sequence[Reference]) -> None:
        for reference in missing:
            self._work.reject(draft, ProblemCode.UNKNOWN_REFERENCE, reference.path, self._message(reference.id))

    def _message(self, record: str) -> str:
        sibling = self._siblings.get(record)
        index = sibling.index if sibling and sibling.index in self._work.problems else self._refused_before.get(record)
        if index is not None:
            return f"found {record}, which is records[{index}] of this call and was rejected; right is a record that is stored"
        return f"found {record}, which does not exist; right is a record of your own that was stored before, or comes in the same call"


async def check_references(work: Work[Any]) -> None:
    await (await OwnReferences.read(work)).check()
