"""The rows of a sheet as its file has them. What no spreadsheet has, or what would be left out without a word, is refused."""

# pyright: reportPrivateUsage=false
# (the library's own reading of rows fills in those that are missing, whatever their numbers, and leaves out those that come twice)

import re
from collections.abc import Iterator
from typing import IO, Any

from openpyxl.worksheet._reader import WorkSheetParser

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.spreadsheets.workbook import check_attributes

ROWS, COLUMNS = 1_048_576, 16_384
"""Of a sheet, as spreadsheets have them."""
COLUMNS_READ = 500
_BETWEEN_ROWS = 16_000_000
"""Bytes."""
_PIECE = 1 << 20
_OVERLAP = 200
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,150}?ref=[\"']([A-Z0-9:$]{1,40})")


class _Bounded:
    """What is read of a sheet; too much of it for one row is refused."""

    def __init__(self, source: IO[bytes], title: str) -> None:
        self._source, self._title, self.since = source, title, 0

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.since += len(piece)
        if self.since > _BETWEEN_ROWS:
            message = f"found more than {_BETWEEN_ROWS:,} bytes that are no further row in sheet {self._title[:80]!r}; right is a table"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
        return piece


def rows_of(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The number and the cells of each row that is there. sheet: of a workbook opened to be read only. Raises `DocumentRefused`."""
    title = sheet.title[:80]
    with sheet._get_source() as source:
        _check_plain(source, title)
    before = 0
    with sheet._get_source() as source:
        bounded, book = _Bounded(source, title), sheet.parent
        parser = WorkSheetParser(
            bounded,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            bounded.since = 0
            if not 1 <= number <= ROWS:
                raise _wrong(DocumentProblem.TOO_LARGE, f"row {number}", title, f"1 to {ROWS:,}")
            if number <= before:
                raise _wrong(DocumentProblem.MALFORMED_DOCUMENT, f"row {number} after row {before}", title, "each row once, in their order")
            before = number
            _check_cells(number, cells, title)
            yield number, sheet._get_row([cell for cell in cells if cell["column"] <= COLUMNS_READ])


def _check_cells(number: int, cells: list[dict[str, Any]], title: str) -> None:
    before = 0
    for cell in cells:
        row, column = cell["row"], cell["column"]
        if column > COLUMNS:
            raise _wrong(DocumentProblem.TOO_LARGE, f"column {column:,} in row {number}", title, f"at most {COLUMNS:,}")
        if column > COLUMNS_READ and cell["value"] is not None:
            raise _wrong(DocumentProblem.TOO_LARGE, f"{column:,} columns in row {number}", title, f"at most {COLUMNS_READ}")
        if row != number or column <= before:
            found = f"the cell of row {row}, column {column}, in row {number}, after column {before}"
            raise _wrong(DocumentProblem.MALFORMED_DOCUMENT, found, title, "each cell once, in their order")
        before = column


def _check_plain(source: IO[bytes], title: str) -> None:
    """Before any row is read. In a merged cell, which holds one value for several rows, all but the first would be read as empty."""
    rest = b""
    while piece := source.read(_PIECE):
        if met := _MERGED.search(rest + piece):
            found = f"merged cells {met[1].decode()}"
            raise _wrong(DocumentProblem.MALFORMED_DOCUMENT, found, title, "a value in each cell of its own")
        check_attributes(title, piece)
        rest = piece[-_OVERLAP:]


def _wrong(code: DocumentProblem, found: str, title: str, right: str) -> DocumentRefused:
    return DocumentRefused(code, f"found {found} in sheet {title!r}; right is {right}")
