"""Records of a file are recorded as the mutations record them, in the order of the file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.exchange.importing import FULL
from api.exchange.items import Item
from api.exchange.outcomes import Note
from api.exchange.records.files import FilePiece, keep_pieces, unfinished
from api.exchange.records.kinds import RecordKind
from api.exchange.records.own_numbers import with_own_ids
from api.exchange.records.told import Told
from api.files import FileStore
from api.recording import Record, recording
from auth.actor import Actor
from graph.capture import NotAllowed, Options, Outcome, Status, TooManyRecords, read_record
from graph.engine.driver import Graph
from graph.model.problems import Problem, ProblemCode

CHUNK_LISTED = 50_000
"""Entries in the lists of the records of one chunk, with which it is full."""
CHUNK_BYTES = 4_000_000
"""Of the document, likewise."""
_IN_CALL = re.compile(r"records\[(\d+)\] of this call")
_PATH = re.compile(r"records\[\d+\]\.?")


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of one record. kind, id: as far as they could be told. sheet: of a workbook. Paths of problems are within the record."""

    index: int
    line: int | None
    kind: str | None
    id: str | None
    status: Status
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    sheet: str | None = None

    @property
    def called(self) -> str:
        return "record"

    @property
    def named(self) -> Mapping[str, Any]:
        return {name: value for name, value in (("sheet", self.sheet), ("kind", self.kind), ("id", self.id)) if value is not None}


@dataclass(frozen=True, slots=True)
class _Sent:
    """A record of a chunk. identity: its ID, as far as a call would find it there a second time."""

    item: Item[Told]
    told: Told
    identity: str | None


@dataclass(frozen=True, slots=True)
class RecordsRecorder:
    """Raises the graph's `EngineError`, and `CaptureRefused` when nobody is signed in; the same items may be recorded again.

    A record that comes again in a file amends the one before, as in another call. registrar: who records the enterprise itself, where
    not the actor.
    """

    graph: Graph
    actor: Actor
    options: Options
    files: FileStore
    registrar: Actor | None = None

    def weight(self, item: Item[Told]) -> int:
        listed = _listed(item.value) if item.value else 0
        return max(-(-FULL // self.options.records), item.size * FULL // CHUNK_BYTES, listed * FULL // CHUNK_LISTED)

    def refusal(self, item: Item[Told]) -> RecordOutcome | None:
        if item.value is None:
            return self._unread(item)
        kind = item.value.kind
        told, name, problems = read_record(kind.model, self._owner, 0, with_own_ids(item.value, self._owner).fields)
        if isinstance(told, FilePiece) and (problem := unfinished(item.value, told)):
            problems = [*problems, problem]
        if not problems:
            return None
        return _told(item, kind, Outcome(name or "", Status.REJECTED, tuple(problems)), (item,))

    async def record(self, items: Sequence[Item[Told]]) -> list[RecordOutcome]:
        """An outcome per item, in their order."""
        outcomes = {item.index: self._unread(item) for item in items if item.value is None}
        async with recording(self.graph, self.actor, self.options, self.files) as record:
            for kind, calls in self._calls(items):
                for outcome, sent in zip(await self._recorded(record, kind, calls), calls, strict=True):
                    outcomes[sent.item.index] = _told(sent.item, kind, outcome, [one.item for one in calls])
        return [outcomes[item.index] for item in items]

    @property
    def _owner(self) -> str:
        return self.actor.enterprise or ""

    def _calls(self, items: Sequence[Item[Told]]) -> Iterator[tuple[RecordKind, list[_Sent]]]:
        """Records of one kind that one call takes, none of them twice."""
        call: list[_Sent] = []
        met: set[str] = set()
        listed = 0
        for item in items:
            if item.value is None:
                continue
            told = with_own_ids(item.value, self._owner)
            sent = _Sent(item, told, self._identity(told) if told.kind.once else None)
            listed += (entries := _listed(told))
            alike = bool(call) and told.kind is call[0].told.kind and self._by(told) is self._by(call[0].told)
            fits = len(call) < self.options.records and listed <= self.options.listed and sent.identity not in met
            if call and not (alike and fits):
                yield call[0].told.kind, call
                call, met, listed = [], set[str](), entries
            call.append(sent)
            if sent.identity is not None:
                met.add(sent.identity)
        if call:
            yield call[0].told.kind, call

    def _identity(self, told: Told) -> str | None:
        model = told.kind.model
        if not self._owner and told.kind.name != "enterprise":
            return None  # nobody's own
        return model.named(self._owner, told.fields) or read_record(model, self._owner, 0, told.fields)[1]

    def _unread(self, item: Item[Told]) -> RecordOutcome:
        about = item.about
        kind, name = (about.kind.name, self._identity(about)) if about else (None, None)
        return RecordOutcome(item.index, item.line, kind, name, Status.REJECTED, item.problems, sheet=item.sheet)

    async def _recorded(self, record: Record, kind: RecordKind, call: Sequence[_Sent]) -> list[Outcome]:
        if kind.capture is None:
            who = [self.actor, *([self.registrar] if self.registrar else [])]
            return await keep_pieces([sent.told for sent in call], self.files, who)
        try:
            return await record(self._by(call[0].told), kind.capture, [sent.told.fields for sent in call])
        except NotAllowed as refused:
            problem = Problem(ProblemCode.FORBIDDEN, "kind", str(refused))
        except TooManyRecords as refused:
            problem = Problem(ProblemCode.TOO_LONG, "", str(refused))
        return [Outcome(sent.identity or "", Status.REJECTED, (problem,)) for sent in call]

    def _by(self, told: Told) -> Actor:
        """Who records it."""
        own = told.kind.name == "enterprise" and told.fields.get("code") == self._owner
        return self.registrar if own and self.registrar else self.actor


def _listed(told: Told) -> int:
    return sum(len(value) for value in told.fields.values() if isinstance(value, list | tuple))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _told(item: Item[Told], kind: RecordKind, outcome: Outcome, call: Sequence[Item[Told]]) -> RecordOutcome:
    names: Mapping[str, str] = item.value.elsewhere if item.value else {}
    problems = tuple(_within(problem, call, names) for problem in outcome.problems)
    name = outcome.id if outcome.id and not _PATH.match(outcome.id) else None
    return RecordOutcome(item.index, item.line, kind.name, name, outcome.status, problems, sheet=item.sheet)


def _within(problem: Problem, call: Sequence[Item[Told]], names: Mapping[str, str]) -> Problem:
    """Told by its place in the file, not in the call, and by what the file calls its field."""

    def place(met: re.Match[str]) -> str:
        if (index := int(met[1])) >= len(call):
            return met[0]  # somebody's value has these words
        item = call[index]
        return f"line {item.line}" if item.line is not None else f"record {item.index}"

    message = _IN_CALL.sub(place, problem.message).replace("comes in the same call", "comes just before")
    path = _PATH.sub("", problem.path, count=1)
    return replace(problem, path=names.get(path, path), message=message)
