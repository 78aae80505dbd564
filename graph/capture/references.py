"""References to records of the recorder's own. Those to another enterprise's records are kept, whether these have come or not."""

from typing import Any

from graph.capture.checking import Draft
from graph.capture.work import Work
from graph.model.identifiers import Kind, kind_of
from graph.model.problems import ProblemCode
from graph.statements import statement

_PRESENT = {kind: statement("capture/present", label=kind.label) for kind in Kind if kind is not Kind.CONSUMER_QUERY}


class OwnReferences:
    """Which of one's own records there are: stored, or accepted in this call (in any order)."""

    def __init__(self, work: Work[Any], present: set[str], *, siblings: bool) -> None:
        self._work = work
        self._present = present
        self._siblings = siblings

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

    def check(self) -> None:
        """Rejects each draft with a reference to what is not there, and then those that refer to a draft rejected, until none is left."""
        while self._check_once():
            pass

    def _check_once(self) -> bool:
        accepted = self._work.accepted()
        there = self._present | ({draft.id for draft in accepted} if self._siblings else set[str]())
        found = False
        for draft in accepted:
            for reference in draft.own:
                if reference.id not in there:
                    self._work.reject(draft, ProblemCode.UNKNOWN_REFERENCE, reference.path, self._message(reference.id))
                    found = True
        return found

    def _message(self, record: str) -> str:
        rejected = {draft.id: draft.index for draft in self._rejected()} if self._siblings else {}
        index = rejected.get(record, self._work.refused_before.get(record) if self._siblings else None)
        if index is not None:
            return f"found {record}, which is records[{index}] of this call and was rejected; right is a record that is stored"
        return f"found {record}, which does not exist; right is a record of your own that was stored before, or comes in the same call"

    def _rejected(self) -> list[Draft[Any]]:
        return [draft for draft in self._work.drafts if draft.index in self._work.problems]


async def check_references(work: Work[Any]) -> None:
    (await OwnReferences.read(work)).check()
