"""The answer to POST /import?report=…: what was refused, as a file to mend and send again, and in a header what was recorded."""

import json
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import IO, Any

import anyio.to_thread
from starlette.responses import Response, StreamingResponse

from api.errors import ErrorCode
from api.exchange.formats import Document, Format
from api.exchange.items import Item
from api.exchange.outcomes import ItemOutcome
from api.exchange.spooled import SPOOLED, pieces_of
from api.exchange.spreadsheets.writer import write_workbook
from api.http.request import HttpError

HEADER = "Milkline-Import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMS = {
    Format.CSV: ("csv", "xlsx"),
    Format.XLSX: ("csv", "xlsx"),
    Format.NDJSON: ("ndjson",),
    Format.EPCIS: ("ndjson",),
    Format.ANNEX_C: ("annex-c",),
}
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "ndjson": "application/x-ndjson", "annex-c": "application/xml"}


class ReportAnswer:
    """Takes what was refused, in the form of the file."""

    def __init__(self, document: Document, form: str) -> None:
        self._form = form
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 # the answer is told from it
        self._report = document.report(self._file)

    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        self._report.add(item, outcome)

    async def answered(self, ended: Mapping[str, Any]) -> Response:
        """ended: the counts, and whether the file was read to its end."""
        if self._form == "xlsx":
            await anyio.to_thread.run_sync(self._to_workbook)
        suffix = "xml" if self._form == "annex-c" else self._form
        headers = {
            HEADER: json.dumps(ended),
            "Content-Disposition": f'attachment; filename="refused.{suffix}"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(pieces_of(self._file), media_type=_MEDIA_TYPES[self._form], headers=headers)

    def close(self) -> None:
        self._file.close()

    def _to_workbook(self) -> None:
        table, self._file = self._file, tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115
        with table:
            write_workbook(table, self._file)


@contextmanager
def report_of(document: Document, form: str | None) -> Generator[ReportAnswer | None]:
    """None where none is wanted. It is closed when it cannot be answered. Raises `HttpError`."""
    if form is None:
        yield None
        return
    if form not in (right := _FORMS[document.format]):
        message = f"found report={form[:40]!r} of a file in {document.format}; right is {' or '.join(right)}"
        raise HttpError(400, ErrorCode.BAD_USER_INPUT, message)
    report = ReportAnswer(document, form)
    try:
        yield report
    except BaseException:
        report.close()
        raise
