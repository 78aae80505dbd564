"""CSV: a row a record, under a row of headings. A row that begins with `kind` is another row of headings."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO

from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.metered import ITEM_BYTES, Metered
from api.exchange.records.cells import KIND, KIND_HEADING, KIND_WORDS, fields_of, headings_of, part_in, unguarded
from api.exchange.records.fitting import kind_of
from api.exchange.records.kinds import RecordKind, kind_named
from api.exchange.records.lines import lines_of, misread
from api.exchange.records.local_times import offset_in, with_offset
from api.exchange.records.told import COMMENT, Told
from graph.model.problems import Problem, ProblemCode

csv.field_size_limit(ITEM_BYTES)
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """As it stands there, for a report."""

    headings: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(slots=True)
class _Lines:
    """The lines that the reader of rows asks for. begun: the number of the row's first; size: its bytes; ended: whether the last has an
    end."""

    file: Metered
    encoding: str | None
    first: str | None = None
    number: int = 0
    begun: int = 0
    size: int = 0
    ended: bool = True

    def __iter__(self) -> Iterator[str]:
        for line in lines_of(self.file, self.encoding):
            self.begun = self.begun or line.number
            self.size += line.size
            self.ended = line.ended
            yield line.text

    def row_done(self) -> None:
        self.begun = self.size = 0
        self.file.item_done()


def read_csv(
    file: IO[bytes], told: Callable[[int], None] | None = None, kind: RecordKind | None = None, encoding: str | None = None
) -> Iterator[Item[Told]]:
    """kind: of the rows, where no column says. Raises `DocumentRefused`."""
    lines = _Lines(Metered(file, told), encoding)
    texts = iter(lines)
    first = next(texts, "")
    rows = csv.reader(_again(first, texts), delimiter=_separator(first), strict=True)
    headings: Headings | None = None
    index = 0
    while True:
        try:
            cells = next(rows)
            wrong = None
        except StopIteration:
            if headings is None:
                raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, "found no headings; right is a first row with them") from None
            return
        except csv.Error as error:
            cells, wrong = list[str](), _unreadable(error, lines)
        if wrong is None and not any(cells):
            lines.row_done()
            continue
        if headings is None or (headings.kind is None and cells and cells[0].strip() in KIND_WORDS):
            headings = Headings.of(cells, kind, lines.begun)
        else:
            if not lines.ended:
                found = f"found no line break after the last row, in line {lines.begun}"
                message = f"{found}; right is one: without it a row that was cut looks whole"
                raise DocumentRefused(DocumentProblem.TRUNCATED, message)
            if wrong is None and headings.only_comments(cells):
                lines.row_done()
                continue
            found = wrong or headings.read(cells)
            value, problems = (None, (found,)) if isinstance(found, Problem) else (found, ())
            about = None if value else headings.about(cells)
            yield Item(index, value, problems, lines.begun, lines.size, Row(headings.names, tuple(cells)), about)
            index += 1
        lines.row_done()


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _separator(heading: str) -> str:
    return max(_SEPARATORS, key=heading.count)


def _unreadable(error: csv.Error, lines: _Lines) -> Problem:
    if str(error) == "unexpected end of data":
        message = f"found the end of the file in the middle of the row of line {lines.begun}; right is all of it"
        raise DocumentRefused(DocumentProblem.TRUNCATED, message) from error
    right = 'right is a cell in quotes where it has a comma, a quote or a line break, with each quote in it doubled: "a ""b"""'
    return Problem(ProblemCode.MALFORMED, "", f"found a row that cannot be read: {error}; {right}")


@dataclass(frozen=True, slots=True)
class Headings:
    """names: as they stand there. columns: what each cell is; None for one that is no record's, or goes on with another cell.

    offsets: of times without one. goes_on: of the cells that go on with another, their place and that one's, in the order of the text.
    """

    names: tuple[str, ...]
    columns: tuple[str | None, ...]
    kind: RecordKind | None
    offsets: tuple[str | None, ...]
    goes_on: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, cells: list[str], kind: RecordKind | None, line: int) -> "Headings":
        if problem := next(filter(None, map(misread, cells)), None):
            raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"in the headings, in line {line}: {problem.message}")
        names = [unguarded(cell).strip() for cell in cells]
        while names and not names[-1]:
            names.pop()
        told, offsets = [name for name, _ in map(offset_in, names)], tuple(offset for _, offset in map(offset_in, names))
        kind = None if names and names[0] in KIND_WORDS else kind or kind_of(told, line)
        parts = {place: part for place, name in enumerate(told) if (part := part_in(name))}
        columns = tuple(None if name.startswith(COMMENT) or place in parts else name for place, name in enumerate(told))
        goes_on = sorted((parts[place][1], place, told.index(parts[place][0])) for place in parts if parts[place][0] in told)
        if len(goes_on) < len(parts):
            found = f"found {', '.join(told[place] for place in parts)[:200]} in line {line}"
            raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"{found}; right is a column of the same heading before them")
        if kind is not None:
            known = headings_of(kind)
            columns = tuple(known.get(name, name) if name else name for name in columns)
        twice = sorted({name for name in columns if name is not None and columns.count(name) > 1})
        if twice or "" in columns:
            message = f"found {'no heading' if '' in columns else f'the heading {twice[0]!r} twice'} in line {line}; right is one a column"
            raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, message)
        return cls(tuple(names), columns, kind, offsets, tuple((place, first) for _, place, first in goes_on))

    def only_comments(self, cells: Sequence[str]) -> bool:
        """Whether the row is no record, since nothing stands in it but what a report says of a whole sheet."""
        return not any(cell for name, cell in zip_longest(self.names, cells, fillvalue="") if not name.startswith(COMMENT))

    def read(self, cells: list[str]) -> Told | Problem:
        for cell in cells:
            if problem := misread(cell):
                return problem
        if len(cells) < len(self.names) or any(cells[len(self.names) :]):
            return Problem(ProblemCode.MALFORMED, "", f"found {len(cells)} cells; right is {len(self.names)}, as there are headings")
        cells = [with_offset(cell, offset) for cell, offset in zip(cells, self.offsets, strict=False)]
        for place, first in self.goes_on:
            cells[first] += unguarded(cells[place])
        given = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name is not None}
        kind, given = self._of_kind(given)
        if isinstance(kind, Problem):
            return kind
        fields = fields_of(kind, given, self._offsets(kind))
        return fields if isinstance(fields, Problem) else Told(kind, fields)

    def about(self, cells: Sequence[str]) -> Told | None:
        """The kind of a row that cannot be read, and what names it, as far as these can be told."""
        given = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name is not None and not misread(cell)}
        kind, given = self._of_kind(given)
        if isinstance(kind, Problem):
            return None
        named = fields_of(kind, {name: cell for name, cell in given.items() if name == kind.named_by})
        return Told(kind, {} if isinstance(named, Problem) else named)

    def _offsets(self, kind: RecordKind) -> Mapping[str, str]:
        """By columns: that of the heading, or that which all headings with one have."""
        told = {offset for offset in self.offsets if offset}
        if not told:
            return {}
        alone, known = next(iter(told)) if len(told) == 1 else None, headings_of(kind)
        offsets = {known.get(name, name): offset or alone for name, offset in zip(self.columns, self.offsets, strict=True) if name}
        return {name: offset for name, offset in offsets.items() if offset}

    def _of_kind(self, given: Mapping[str, str]) -> tuple[RecordKind | Problem, dict[str, str]]:
        """given: cells by columns, or by headings where each row says its kind."""
        cells = dict(given)
        if self.kind is not None:
            return self.kind, cells
        told = kind_named(cells.pop(KIND, None) or cells.pop(KIND_HEADING, None) or None)
        if isinstance(told, Problem):
            return told, cells
        known = headings_of(told)
        return told, {known.get(name, name): cell for name, cell in cells.items()}
