"""A table of records as a workbook: what CSV holds, with a sheet a kind, in memory that does not grow with it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.records.cells import KIND_WORDS, cell_columns, chinese_heading, guarded, headings_of, part_heading
from api.exchange.records.columns import Column, Form
from api.exchange.records.kinds import RecordKind, kind_named
from api.exchange.records.local_times import offset_in
from api.exchange.records.told import COMMENT
from api.exchange.reports import FIELD
from api.exchange.spreadsheets.sheets import COLUMNS_READ

CELL = 16_000
"""Characters in one cell, of which a spreadsheet keeps 32,767 of UTF-16."""
_TABLES = 100
ROWS = 1_048_575
"""Of one sheet, below its headings."""
_NUMBERS = frozenset({Form.DECIMAL, Form.NUMBER, Form.WHOLE})
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?", re.ASCII)
_DIGITS = 15
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_BOLD, _WRONG = Font(bold=True), PatternFill("solid", fgColor="F8CBAD")


@dataclass(slots=True)
class _Table:
    """The rows of one kind under the same headings. names, columns: of each heading, where it is one of the kind's.

    parts: of each column, the cells that its longest text takes.
    """

    kind: RecordKind | None
    headings: list[str]
    names: list[str | None]
    columns: list[Column | None]
    parts: list[int]
    sheet: Any = None
    rows: int = 0

    @classmethod
    def of(cls, kind: RecordKind | None, headings: list[str]) -> "_Table":
        known: Mapping[str, str] = headings_of(kind) if kind else {}
        names = [known.get(offset_in(heading)[0]) for heading in headings]
        columns = [cell_columns(kind)[name][-1] if kind and name else None for name in names]
        return cls(kind, headings, names, columns, [1] * len(headings))

    def meet(self, cells: list[str]) -> None:
        for place, cell in enumerate(cells[: len(self.parts)]):
            if len(cell) > CELL:
                self.parts[place] = max(self.parts[place], -(-len(cell) // CELL))


def write_workbook(table: IO[bytes], out: IO[bytes]) -> None:
    """table: as `milkline export` and reports write CSV, in UTF-8; it is read twice, since headings tell how many cells a long text takes.

    Every cell is a text, or a number that reads as the same text again; none is a formula. Raises `DocumentRefused` for what fits no
    workbook.
    """
    tables: dict[tuple[RecordKind | None, tuple[str, ...]], _Table] = {}
    for kind, headings, cells in _rows(table):
        key = kind, tuple(headings)
        if key not in tables:
            tables[key] = _Table.of(kind, headings)
        tables[key].meet(cells)
        _check_fits(len(tables), sum(tables[key].parts))
    book = Workbook(write_only=True)
    for kind, headings, cells in _rows(table):
        _append(book, tables[kind, tuple(headings)], cells)
    if not tables:
        book.create_sheet(COMMENT)  # a workbook has one at least
    book.save(out)


def _check_fits(tables: int, columns: int) -> None:
    if tables > _TABLES or columns > COLUMNS_READ:
        found = f"found {tables:,} different headings" if tables > _TABLES else f"found a table of {columns:,} columns"
        right = f"right is at most {_TABLES} sheets of {COLUMNS_READ} columns in a workbook, or CSV"
        raise DocumentRefused(DocumentProblem.TOO_LARGE, f"{found}; {right}")


def _rows(table: IO[bytes]) -> Iterator[tuple[RecordKind | None, list[str], list[str]]]:
    """The kind of each row where it says so, its headings, and its cells, both without the kind."""
    table.seek(0)
    text = io.TextIOWrapper(table, "utf-8-sig", newline="")
    try:
        headings: list[str] | None = None
        for cells in csv.reader(text, strict=True):
            if headings is None or cells[0] in KIND_WORDS:
                headings = cells
                continue
            kind = kind_named(cells[0]) if headings[0] in KIND_WORDS else None
            if isinstance(kind, RecordKind):
                yield kind, headings[1:], cells[1:]
            else:
                yield None, headings, cells
    finally:
        text.detach()


def _append(book: Workbook, table: _Table, cells: list[str]) -> None:
    if table.sheet is None or table.rows == ROWS:
        table.sheet, table.rows = _begun(book, table), 0
    wrong = _wrong(table, cells)
    row: list[Any] = []
    for place, cell in enumerate(cells[: len(table.headings)]):
        texts = _parted(cell)
        values = [_value(texts[0], table.columns[place]), *(escaped(guarded(text)) for text in texts[1:])]
        values += [None] * (table.parts[place] - len(values))
        row += [cell_of(table.sheet, value, wrong=place in wrong) for value in values]
    for cell in cells[len(table.headings) :]:
        row += [cell_of(table.sheet, escaped(guarded(text)) or None) for text in _parted(cell)]
    table.sheet.append(row)
    table.rows += 1


def _parted(cell: str) -> list[str]:
    """Among as many cells as its text takes."""
    return [cell[start : start + CELL] for start in range(0, len(cell), CELL)] or [""]


def _begun(book: Workbook, table: _Table) -> Any:
    """With its headings."""
    title = table.kind.title if table.kind else "表"
    taken = sum(1 for name in book.sheetnames if name.rpartition(" ")[0] == title or name == title)
    sheet: Any = book.create_sheet(f"{title} {taken + 1}" if taken else title)
    headings = [
        part_heading(heading, number) if number > 1 else heading
        for place, heading in enumerate(_shown(table))
        for number in range(1, table.parts[place] + 1)
    ]
    sheet.append(heading_cells(sheet, headings))
    return sheet


def _shown(table: _Table) -> list[str]:
    """In Chinese, where the names of the schema are told."""
    if table.kind is None:
        return table.headings
    ways = cell_columns(table.kind)
    return [chinese_heading(table.kind, ways[heading]) if heading in ways else heading for heading in table.headings]


def _wrong(table: _Table, cells: list[str]) -> frozenset[int]:
    """The places of what a report says to be wrong."""
    if FIELD not in table.headings:
        return frozenset()
    paths = {path.partition("[")[0] for path in cells[table.headings.index(FIELD)].split("\n")}
    return frozenset(place for place, name in enumerate(table.names) if name and {name, name.partition(".")[0]} & paths)


def _value(text: str, column: Column | None) -> str | float | None:
    """A number where that reads as the same text again."""
    if column is not None and column.form in _NUMBERS and not column.many and _NUMBER.fullmatch(text):
        number = float(text) if "." in text else int(text)
        if len(text) <= _DIGITS and str(number) == text:
            return number
    return escaped(text) or None


def escaped(text: str) -> str:
    """As spreadsheets write what XML cannot have (ECMA-376 part 1, 22.9.2.19, ST_Xstring)."""
    plain = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ESCAPED.sub(lambda met: f"_x{ord(met.group()):04X}_", plain)


def cell_of(sheet: Any, value: str | float | Decimal | date | None, *, wrong: bool = False) -> object:
    """value: a text that is escaped, or what is kept as a number or a date. A cell for a row of a sheet that is written as a stream."""
    if not wrong and value not in ERROR_CODES:
        return value
    given: Any = value
    cell: Any = WriteOnlyCell(sheet, value=given)
    if isinstance(value, str):
        cell.data_type = "s"  # the library takes #N/A for an error
    if wrong:
        cell.fill = _WRONG
    return cell


def heading_cells(sheet: Any, headings: Sequence[str]) -> list[Any]:
    """The first row, which stays in sight."""
    sheet.freeze_panes = "A2"
    row: list[Any] = []
    for place, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(40, max(12, 2 * len(heading)))
        cell: Any = WriteOnlyCell(sheet, value=escaped(heading))
        cell.font = _BOLD
        row.append(cell)
    return row
