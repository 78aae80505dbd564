"""From what a caller sent to drafts that can be stored: each record on its own, then duplicates within the call.

No I/O but the file store's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import anyio.to_thread
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from graph.capture.errors import TooManyRecords
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.capture.pace import Pace
from graph.model.identifiers import owner_of
from graph.model.problems import Problem, ProblemCode, path_of
from graph.model.records.base import Content, FileFacts, Record, Reference, canonical, digest_of
from graph.model.records.values import clean, found

R = TypeVar("R", bound=Record)

PROBLEMS_SHOWN = 100
"""Per record: a list of thousands of wrong entries is told by its first ones."""

_LONG = 2_000
"""Entries in the lists of one record, from which on it is read in a thread."""

_PYDANTIC_CODES = {
    "missing": ProblemCode.MISSING,
    "extra_forbidden": ProblemCode.UNEXPECTED,
}


@dataclass(frozen=True, slots=True)
class Draft(Generic[R]):
    """A record that is right in itself. index: its place in the call. own: its references to records of the recorder's own."""

    index: int
    record: R
    id: str
    content: Content
    canonical: str
    digest: str
    own: tuple[Reference, ...]

    @property
    def names(self) -> Sequence[str]:
        """The properties that hold the content."""
        return list(self.content)


@dataclass(frozen=True, slots=True)
class Checked(Generic[R]):
    """rejected: by index."""

    drafts: tuple[Draft[R], ...]
    rejected: Mapping[int, Outcome]


async def check_call(model: type[R], owner: str, records: Sequence[Mapping[str, object]], options: Options, *, once: bool) -> Checked[R]:
    """Drafts and rejections. once: whether an ID may come only once in a call. Raises `TooManyRecords`."""
    if len(records) > options.records:
        raise TooManyRecords(f"found {len(records):,} records; at most {options.records:,} in one call")
    read: dict[int, R] = {}
    rejected: dict[int, Outcome] = {}
    pace = Pace()
    for index, sent in enumerate(records):
        await pace.step()
        # a thread does not let go of the others either, but shares with them
        long = sum(len(cast("list[object]", value)) for value in sent.values() if isinstance(value, list)) > _LONG
        record, problems = await anyio.to_thread.run_sync(_read, model, owner, index, sent) if long else _read(model, owner, index, sent)
        if record is None or problems:
            rejected[index] = refused(model.would_be(owner, sent), problems)
        else:
            read[index] = record
    listed = sum(record.listed() for record in read.values())
    if listed > options.listed:
        raise TooManyRecords(f"found {listed:,} entries in the lists of the records together; at most {options.listed:,} in one call")
    files = await _files(read, rejected, owner, options)
    drafts: list[Draft[R]] = []
    for index, record in read.items():
        await pace.step()
        if index not in rejected:
            drafts.append(draft_of(index, record, owner, files))
    return Checked(tuple(_distinct(drafts, rejected) if once else drafts), rejected)


def refused(name: str, problems: Sequence[Problem]) -> Outcome:
    return Outcome(name, Status.REJECTED, tuple(problems[:PROBLEMS_SHOWN]))


def _read(model: type[R], owner: str, index: int, sent: Mapping[str, object]) -> tuple[R | None, list[Problem]]:
    try:
        record = model.model_validate(sent, context=owner)
    except ValidationError as error:
        return None, [_problem(index, detail) for detail in error.errors(include_url=False)]
    return record, [within(index, problem) for problem in record.rules(owner)]


def within(index: int, problem: Problem) -> Problem:
    """The problem with its path from the argument."""
    return Problem(problem.code, f"{path_of('records', index)}.{problem.path}", problem.message)


def _problem(index: int, detail: ErrorDetails) -> Problem:
    path = path_of("records", index, *(clean(part, 64) if isinstance(part, str) else part for part in detail["loc"]))
    kind = detail["type"]
    if kind in ProblemCode.__members__:
        return Problem(ProblemCode(kind), path, detail["msg"])
    code = _PYDANTIC_CODES.get(kind, ProblemCode.MALFORMED)
    message = {
        ProblemCode.MISSING: "found nothing; right is a value, which is mandatory here",
        ProblemCode.UNEXPECTED: "found a field that this record does not have; right is to leave it out",
    }.get(code, f"found {found(detail['input'])}; right is: {detail['msg']}")
    return Problem(code, path, message)


async def _files(read: Mapping[int, Record], rejected: dict[int, Outcome], owner: str, options: Options) -> Mapping[str, FileFacts]:
    """The facts of all files named; a record that names one which is not there is rejected."""
    named = [(index, path, file) for index, record in read.items() for path, file in record.files()]
    if not named:
        return {}
    facts: Mapping[str, FileFacts] = await options.files(frozenset(file.sha256 for _, _, file in named)) if options.files else {}
    missing: dict[int, list[Problem]] = {}
    for index, path, file in named:
        told = options.files is None and file.media_type is not None and file.size is not None
        if file.sha256 not in facts and not told:
            message = f"found {file.sha256}, of which no bytes are stored; right is the sha256 of a file uploaded before"
            missing.setdefault(index, []).append(within(index, Problem(ProblemCode.UNKNOWN_FILE, f"{path}.sha256", message)))
    rejected.update({index: refused(read[index].id(owner), problems) for index, problems in missing.items()})
    return facts


def draft_of(index: int, record: R, owner: str, files: Mapping[str, FileFacts]) -> Draft[R]:
    content = record.content(files)
    text = canonical(content)
    own = tuple(reference for reference in record.references() if owner_of(reference.id) == owner)
    return Draft(index, record, record.id(owner), content, text, digest_of(text), own)


def _distinct(drafts: Sequence[Draft[Any]], rejected: dict[int, Outcome]) -> list[Draft[Any]]:
    """The first draft of each ID; a later one is rejected, whatever it says: which of two would be right cannot be known."""
    first: dict[str, int] = {}
    kept: list[Draft[Any]] = []
    for draft in drafts:
        before = first.setdefault(draft.id, draft.index)
        if before == draft.index:
            kept.append(draft)
        else:
            message = f"found {draft.id} again, which records[{before}] of this call is already; right is each record once"
            rejected[draft.index] = refused(draft.id, [Problem(ProblemCode.DUPLICATE, path_of("records", draft.index), message)])
    return kept
