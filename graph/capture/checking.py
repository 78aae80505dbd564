"""From what a caller sent to drafts that can be stored: each record on its own, then duplicates within the call.

No I/O but the file store's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import anyio.to_thread
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from graph.capture.errors import TooManyRecords
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.model.identifiers import owner_of
from graph.model.problems import Problem, ProblemCode, path_of
from graph.model.records.base import Content, FileFacts, Record, Reference, canonical, digest_of
from graph.model.records.values import clean, found
from graph.pace import Pace

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
    wrong: dict[int, Sequence[Problem]] = {}
    ids: list[str | None] = []
    pace = Pace()
    for index, sent in enumerate(records):
        await pace.step()
        # a thread does not let go of the others either, but shares with them
        long = sum(len(cast("list[object]", value)) for value in sent.values() if isinstance(value, list)) > _LONG
        args = (model, owner, index, sent)
        record, name, problems = await anyio.to_thread.run_sync(read_record, *args) if long else read_record(*args)
        ids.append(name)
        if record is None or problems:
            wrong[index] = problems
        else:
            read[index] = record
    listed = sum(record.listed() for record in read.values())
    if listed > options.listed:
        raise TooManyRecords(f"found {listed:,} entries in the lists of the records together; at most {options.listed:,} in one call")
    files, without = await _files(read, options)
    wrong.update(without)
    if once:
        wrong.update((place, (problem, *wrong.get(place, ()))) for place, problem in _repeated(ids))
    drafts: list[Draft[R]] = []
    for index, record in read.items():
        await pace.step()
        if index not in wrong:
            drafts.append(draft_of(index, record, owner, files))
    rejected = {place: refused(ids[place] or _named(model, owner, place, records[place]), wrong[place]) for place in sorted(wrong)}
    return Checked(tuple(drafts), rejected)


def _named(model: type[Record], owner: str, index: int, sent: Mapping[str, object]) -> str:
    """What names a record without an ID: what was sent to name it, or its place in the call."""
    return model.would_be(owner, sent) if sent.get(model.NAMED_BY) else path_of("records", index)


def refused(name: str, problems: Sequence[Problem]) -> Outcome:
    return Outcome(name, Status.REJECTED, tuple(problems[:PROBLEMS_SHOWN]))


def read_record(model: type[R], owner: str, index: int, sent: Mapping[str, object]) -> tuple[R | None, str | None, list[Problem]]:
    """The record, its ID, and what is wrong with it in itself, each as far as there is one."""
    try:
        record = model.model_validate(sent, context=owner)
    except ValidationError as error:
        return None, model.named(owner, sent), [_problem(index, detail) for detail in error.errors(include_url=False)]
    return record, record.id(owner), [within(index, problem) for problem in record.rules(owner)]


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


async def _files(read: Mapping[int, Record], options: Options) -> tuple[Mapping[str, FileFacts], Mapping[int, Sequence[Problem]]]:
    """The facts of all files named, and what is wrong with the records that name one which is not there."""
    named = [(index, path, file) for index, record in read.items() for path, file in record.files()]
    if not named:
        return {}, {}
    facts: Mapping[str, FileFacts] = await options.files(frozenset(file.sha256 for _, _, file in named)) if options.files else {}
    missing: dict[int, list[Problem]] = {}
    for index, path, file in named:
        told = options.files is None and file.media_type is not None and file.size is not None
        if file.sha256 not in facts and not told:
            message = f"found {file.sha256}, of which no bytes are stored; right is the sha256 of a file uploaded before"
            missing.setdefault(index, []).append(within(index, Problem(ProblemCode.UNKNOWN_FILE, f"{path}.sha256", message)))
    return facts, missing


def draft_of(index: int, record: R, owner: str, files: Mapping[str, FileFacts]) -> Draft[R]:
    content = record.content(files)
    text = canonical(content)
    own = tuple(reference for reference in record.references() if owner_of(reference.id) == owner)
    return Draft(index, record, record.id(owner), content, text, digest_of(text), own)


def _repeated(ids: Sequence[str | None]) -> Iterator[tuple[int, Problem]]:
    """A problem for each record but the first of an ID, by index, whatever is wrong with them: which would be right cannot be known."""
    first: dict[str, int] = {}
    for index, record in enumerate(ids):
        if record is not None and (before := first.setdefault(record, index)) != index:
            message = f"found {record} again, which records[{before}] of this call is already; right is each record once"
            yield index, Problem(ProblemCode.DUPLICATE, path_of("records", index), message)
