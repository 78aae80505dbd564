"""The spreadsheet: a sheet of events, one a row under one row of headings, and a sheet of what was asked, and whether that is all."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

import anyio.to_thread
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from api.exchange.fsma204.events import Kde, Row, Value
from api.exchange.fsma204.tracing import Traced
from api.exchange.records.cells import guarded
from api.exchange.spreadsheets.writer import ROWS, cell_of, escaped, heading_cells
from graph.model.times import CHINA

_DIGITS = 15
_AT_ONCE = 500
_COLUMNS = tuple(Kde)


async def write(rows: AsyncGenerator[Row], traced: Traced, radius: int | None, out: IO[bytes]) -> None:
    """Dates are dates and numbers numbers, so that spreadsheets sort by them; no cell is a formula."""
    book = Workbook(write_only=True)
    sheet: Any = None
    written = 0
    waiting: list[Row] = []

    def flush() -> None:
        for row in waiting:
            sheet.append([cell_of(sheet, _value(row.get(column))) for column in _COLUMNS])
        waiting.clear()

    async for row in rows:
        if sheet is None or written == ROWS:
            flush()
            _filtered(sheet, written)
            sheet, written = _begun(book), 0
        waiting.append(row)
        written += 1
        if len(waiting) == _AT_ONCE:
            await anyio.to_thread.run_sync(flush)
    sheet = sheet or _begun(book)
    flush()
    _filtered(sheet, written)
    _tell(book, traced, radius)
    await anyio.to_thread.run_sync(book.save, out)


def _begun(book: Workbook) -> Any:
    sheet: Any = book.create_sheet("Events" if not book.sheetnames else f"Events {len(book.sheetnames) + 1}")
    sheet.append(heading_cells(sheet, _COLUMNS))
    return sheet


def _filtered(sheet: Any, rows: int) -> None:
    if sheet is not None:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{rows + 1}"


def _value(value: Value) -> str | int | float | Any:
    if isinstance(value, Decimal):
        return value if len(value.as_tuple().digits) <= _DIGITS else str(value)
    return escaped(guarded(value)) or None if isinstance(value, str) else value


def _tell(book: Workbook, traced: Traced, radius: int | None) -> None:
    sheet: Any = book.create_sheet("Answer")
    sheet.append(heading_cells(sheet, ["What", "Is"]))
    told: Sequence[tuple[str, Value]] = [
        ("Complete", "Yes" if traced.complete else "No: what is missing stands below"),
        *((f"Missing: {gap.cause}", gap.detail) for gap in traced.gaps),
        *((("Missing: records of others that are not shown", traced.hidden),) if traced.hidden else ()),
        ("Made at (+08:00)", datetime.now(CHINA).replace(microsecond=0, tzinfo=None)),
        *(("Asked about", seed) for seed in traced.seeds),
        *((("Rings of shared inputs", radius),) if radius is not None else ()),
    ]
    for row in told:
        sheet.append([cell_of(sheet, _value(value)) for value in row])
