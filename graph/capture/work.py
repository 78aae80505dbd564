"""One attempt to store the drafts of a call, inside one transaction. A retried transaction starts with a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from auth.scope import Scope
from graph.capture.checking import Draft, refused, within
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.engine.driver import Transaction
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Record
from graph.portions import portions
from graph.statements import Row, Statement

R = TypeVar("R", bound=Record)

ROWS = 10_000
"""Rows in one statement at the most: a call's lists may have 100,000 entries, and a statement has a time limit."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the graph has under an ID. version 0: only the name, from another's reference. content: where it differs from the draft."""

    version: int
    digest: str | None
    content: Mapping[str, Any] | None
    recorded_at: int | None = None
    recorded_by: str | None = None
    audit_id: str | None = None


@dataclass(slots=True)
class Work(Generic[R]):
    tx: Transaction
    scope: Scope
    owner: str
    subject: str
    at: int
    audit_id: str
    options: Options
    drafts: tuple[Draft[R], ...]
    refused_before: Mapping[str, int]
    """The ID of each record that was rejected before there was a draft of it, with its index."""
    stored: dict[str, Stored] = field(default_factory=dict[str, Stored])
    problems: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    statuses: dict[int, Status] = field(default_factory=dict[int, Status])

    async def run(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        return await self.tx.run(statement, self.scope, **parameters)

    async def rows(self, read: Statement, ids: Iterable[str]) -> list[Row]:
        """What the statement finds for all IDs, in pieces."""
        return [row for portion in portions(ids) for row in await self.run(read, ids=portion)]

    async def run_rows(self, statement: Statement, rows: list[dict[str, Any]], /, **parameters: Any) -> int:
        """The statement for all rows, in pieces; the sum of what it counts. Nothing is run for no rows."""
        counted = 0
        for start in range(0, len(rows), ROWS):
            [row] = await self.tx.run(statement, self.scope, rows=rows[start : start + ROWS], **parameters)
            counted += int(row[0])
        return counted

    def reject(self, draft: Draft[R], code: ProblemCode, path: str, message: str) -> None:
        """path: within the record."""
        self.problems.setdefault(draft.index, []).append(within(draft.index, Problem(code, path, message)))

    def accepted(self) -> list[Draft[R]]:
        return [draft for draft in self.drafts if draft.index not in self.problems]

    def changes(self) -> list[Draft[R]]:
        """The accepted drafts that say something new."""
        return [draft for draft in self.accepted() if self.status_of(draft) is not Status.UNCHANGED]

    def updates(self) -> list[Draft[R]]:
        return [draft for draft in self.accepted() if self.status_of(draft) is Status.UPDATED]

    def status_of(self, draft: Draft[R]) -> Status:
        """By comparison with what is stored. A name that was only referred to is created when its record comes."""
        before = self.stored.get(draft.id)
        if before is None or before.version == 0:
            return Status.CREATED
        return Status.UNCHANGED if before.digest == draft.digest else Status.UPDATED

    def version_of(self, record_id: str) -> int:
        before = self.stored.get(record_id)
        return before.version if before else 0

    def outcomes(self) -> Iterable[tuple[int, Outcome]]:
        for draft in self.drafts:
            if problems := self.problems.get(draft.index):
                yield draft.index, refused(draft.id, problems)
            else:
                yield draft.index, Outcome(draft.id, self.statuses[draft.index], news=tuple(self._news(draft)))

    def _news(self, draft: Draft[R]) -> Iterable[str]:
        if self.statuses[draft.index] is Status.UNCHANGED:
            return ()
        before = self.stored.get(draft.id)
        return draft.record.tells_of(self.owner, (before and before.content) or {})
