"""XLSX: a sheet a table, whose kind is that of its name or of its headings. Cells are read as the texts that CSV would have."""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.etree.ElementTree import ParseError  # the error alone

from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.packed import UnpackedLimits
from api.exchange.records.cells import KIND_HEADING
from api.exchange.records.csv_reader import Headings, Row
from api.exchange.records.kinds import RecordKind, kind_named
from api.exchange.records.told import COMMENT, Told
from api.exchange.spreadsheets.sheets import rows_of
from api.exchange.spreadsheets.workbook import open_workbook
from graph.model.problems import Problem, ProblemCode

_DIGITS_KEPT = 10**15
SHEETS_NAMED = 30
"""Of those left out; of more their number is told."""
_NUMBERED = re.compile(r" \d{1,3}$")
"""Of a further sheet of the same kind."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_UNREADABLE = (ParseError, zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError)
"""What the library raises of a sheet that is none; entities among them."""


def read_xlsx(
    file: IO[bytes],
    limits: UnpackedLimits,
    told: Callable[[int], None] | None = None,
    kind: RecordKind | None = None,
    left_out: dict[str, str] | None = None,
) -> Iterator[Item[Told]]:
    """line: the row in its sheet. kind: of the rows, where neither sheet nor headings say. left_out: takes the sheets that are not read,
    by their names, and why: those that nobody wants read before any row is. A sheet of no kind is one refused item, since it may hold
    records. Raises `DocumentRefused`, also where no sheet is of a kind."""
    workbook = open_workbook(file, limits)
    try:
        index, tables, strange, told_of = 0, 0, list[_NoKind](), 0
        unread = {sheet.title: why for sheet in workbook.worksheets if (why := _unread(sheet))}
        if left_out is not None:
            left_out.update(unread)
        for sheet in workbook.worksheets:
            if sheet.title in unread:
                continue
            named = kind_named(_NUMBERED.sub("", sheet.title.strip()))
            try:
                for item in _readable(_rows(sheet, kind if isinstance(named, Problem) else named), sheet.title):
                    if item is None:
                        tables += 1
                        continue
                    yield replace(item, index=index, sheet=sheet.title)
                    index += 1
            except _NoKind as refused:
                strange.append(refused)
                if left_out is not None:
                    left_out[sheet.title] = "its headings tell of no kind"
            for refused in strange[told_of:] if tables else ():
                yield replace(refused.item, index=index)
                index, told_of = index + 1, told_of + 1
            if told:
                told(file.tell())
        if not tables and strange:
            raise strange[0]
        if not tables:
            found = f"found no sheet with headings{left_out_told(unread)}"
            raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"{found}; right is a row of them in each sheet")
    finally:
        workbook.close()


class _NoKind(DocumentRefused):
    """The headings of a sheet tell of no kind. line: theirs."""

    def __init__(self, message: str, title: str, line: int) -> None:
        super().__init__(DocumentProblem.UNKNOWN_FORMAT, message)
        problem = Problem(ProblemCode.MISSING, "kind", message)
        # for a report a row that says no kind, and nothing but what is wrong: readers read over it
        self.item: Item[Told] = Item(0, None, (problem,), line, 0, Row((KIND_HEADING,), ("",)), sheet=title)


def _unread(sheet: Any) -> str | None:
    """Why the sheet is left out."""
    if sheet.title.startswith(COMMENT):
        return f"its name begins with {COMMENT}"
    return None if sheet.sheet_state == "visible" else "it is hidden"


def left_out_told(sheets: Mapping[str, str]) -> str:
    """In words, to go on with what was said before; empty where there are none."""
    named = [f"sheet {title[:80]!r}, since {why}" for title, why in sheets.items()][:SHEETS_NAMED]
    more = f", and {len(sheets) - SHEETS_NAMED:,} more" if len(sheets) > SHEETS_NAMED else ""
    return f"; left out: {', '.join(named)}{more}" if named else ""


def _readable(items: Iterator[Item[Told] | None], title: str) -> Iterator[Item[Told] | None]:
    try:
        yield from items
    except DocumentRefused:
        raise
    except _UNREADABLE as error:
        message = f"found a sheet {title[:80]!r} that cannot be read: {str(error)[:200]}; right is one as spreadsheets write it"
        raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, message) from error


def _rows(sheet: Any, kind: RecordKind | None) -> Iterator[Item[Told] | None]:
    """None for the headings."""
    headings: Headings | None = None
    for number, cells in rows_of(sheet):
        texts = [_text(cell) for cell in cells]
        while texts and texts[-1] == "":
            texts.pop()
        if not texts:
            continue
        if headings is None:
            wrong = next((text for text in texts if isinstance(text, Problem)), None)
            if wrong is not None:
                raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"{wrong.message}, in the headings of sheet {sheet.title!r}")
            headings = _headings([str(text) for text in texts], kind, number, sheet.title)
            yield None
            continue
        shown = [text if isinstance(text, str) else str(cell.value) for text, cell in zip(texts, cells, strict=False)]
        shown += [""] * (len(headings.names) - len(shown))
        if headings.only_comments(shown):
            continue
        value = next((text for text in texts if isinstance(text, Problem)), None) or headings.read(shown)
        raw, size = _row(headings, shown), sum(map(len, shown))
        if isinstance(value, Problem):
            about = headings.about(["" if isinstance(text, Problem) else cell for text, cell in zip(texts, shown, strict=False)])
            yield Item(0, None, (_placed(value, texts, headings),), number, size, raw, about)
        else:
            yield Item(0, value, (), number, size, raw)


def _headings(texts: list[str], kind: RecordKind | None, number: int, title: str) -> Headings:
    try:
        return Headings.of(texts, kind, number)
    except DocumentRefused as refused:
        message = f"in sheet {title[:80]!r}: {refused}"
        if refused.code is DocumentProblem.UNKNOWN_FORMAT:
            message += f", or by the name of the sheet; a sheet that is no table of records has a name that begins with {COMMENT}"
            raise _NoKind(message, title, number) from refused
        raise DocumentRefused(refused.code, message) from refused


def _row(headings: Headings, cells: list[str]) -> Row:
    """As a row of CSV, which has no sheets to say the kind."""
    if headings.kind is None:
        return Row(headings.names, tuple(cells))
    return Row((KIND_HEADING, *headings.names), (headings.kind.title, *cells))


def _placed(problem: Problem, texts: list[str | Problem], headings: Headings) -> Problem:
    """With the column for its path, where it is of one cell."""
    place = next((place for place, text in enumerate(texts) if text is problem), None)
    if place is None or place >= len(headings.columns):
        return problem
    return Problem(problem.code, headings.columns[place] or headings.names[place], problem.message)


def _text(cell: Any) -> str | Problem:
    """As CSV has it. A number of which the spreadsheet has lost digits is no text of anything."""
    value = cell.value
    match value:
        case None:
            return ""
        case str() if cell.data_type == "f":
            return Problem(ProblemCode.MALFORMED, "", f"found the formula {value[:80]!r}; right is its value")
        case str() if cell.data_type == "e":
            return Problem(ProblemCode.MALFORMED, "", f"found the error {value[:80]!r}; right is a value")
        case str():
            return _ESCAPED.sub(lambda met: chr(int(met[1], 16)), value)
        case bool():
            return "true" if value else "false"
        case int() | float() if abs(value) >= _DIGITS_KEPT:
            found = f"found the number {value}, of whose digits a spreadsheet keeps 15"
            return Problem(ProblemCode.MALFORMED, "", f"{found}; right is a cell of text")
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            moment = (value + timedelta(milliseconds=500)).replace(microsecond=0)  # a spreadsheet keeps days and parts of days
            shows_time = moment.time() != time() or "h" in str(cell.number_format).lower()
            return moment.isoformat(" ") if shows_time else moment.date().isoformat()
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            return Problem(
                ProblemCode.MALFORMED, "", f"found {str(value)[:80]!r}; right is a text, a number, a date or a time with its date"
            )
