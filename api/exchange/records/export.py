"""What an enterprise has told, as a file that records the same again: kinds in the order of import, a page at a time."""

import tempfile
from collections.abc import AsyncGenerator, Iterable, Mapping
from enum import StrEnum
from typing import Any

import anyio.to_thread

from api.exchange.annex_c.writer import AnnexCWriter
from api.exchange.records.cells import KIND, cell_columns, cell_of, row_of
from api.exchange.records.kinds import BATCH_INPUT, RecordKind
from api.exchange.records.ndjson import written
from api.exchange.records.told import Told
from api.exchange.spreadsheets.writer import write_workbook
from graph.export import Export
from graph.model.records.filed import Batch

Page = list[dict[str, Any]]
_PIECE = 1 << 16


class ExportFormat(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"
    ANNEX_C = "annex-c"
    XLSX = "xlsx"
    EPCIS_JSON = "epcis-json"
    EPCIS_XML = "epcis-xml"

    @property
    def events(self) -> bool:
        """Whether it is of captured events, and of no records."""
        return self in (ExportFormat.EPCIS_JSON, ExportFormat.EPCIS_XML)

    @property
    def suffix(self) -> str:
        """Of a file's name."""
        return {ExportFormat.ANNEX_C: "xml", ExportFormat.EPCIS_JSON: "jsonld", ExportFormat.EPCIS_XML: "xml"}.get(self, self.value)


async def records_of(export: Export, kinds: Iterable[RecordKind]) -> AsyncGenerator[tuple[RecordKind, Page]]:
    """Pages of one kind that have something. kinds: in the order of import."""
    for kind in kinds:
        pages = export.aggregations() if kind.name == "aggregation" else export.records(Batch if kind is BATCH_INPUT else kind.model)
        async for page in pages:
            found = [one for fields in page for one in _inputs(fields)] if kind is BATCH_INPUT else page
            if found:
                yield kind, found


def _inputs(batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"batch": batch["number"], **use} for use in batch.get("inputs") or ()]


async def file_of(pages: AsyncGenerator[tuple[RecordKind, Page]], form: ExportFormat) -> AsyncGenerator[bytes]:
    """The file, in pieces. A workbook leaves when all of it is there."""
    if form is ExportFormat.XLSX:
        async for piece in _workbook(pages):
            yield piece
        return
    if form is ExportFormat.ANNEX_C:
        xml = AnnexCWriter()
        async for kind, page in pages:
            yield xml.write(Told(kind, fields) for fields in page)
        yield xml.end()
        return
    heading: RecordKind | None = None
    if form is ExportFormat.CSV:
        yield b"\xef\xbb\xbf"  # tells spreadsheets that it is UTF-8
    async for kind, page in pages:
        if form is ExportFormat.NDJSON:
            yield b"".join(written(kind, fields) for fields in page)
        else:
            rows = [] if kind is heading else [row_of([KIND, *cell_columns(kind)])]
            yield "".join([*rows, *(_row(kind, fields) for fields in page)]).encode()
            heading = kind


async def _workbook(pages: AsyncGenerator[tuple[RecordKind, Page]]) -> AsyncGenerator[bytes]:
    with tempfile.TemporaryFile() as table, tempfile.TemporaryFile() as book:
        async for piece in file_of(pages, ExportFormat.CSV):
            await anyio.to_thread.run_sync(table.write, piece)
        await anyio.to_thread.run_sync(write_workbook, table, book)
        book.seek(0)
        while piece := await anyio.to_thread.run_sync(book.read, _PIECE):
            yield piece


def _row(kind: RecordKind, fields: Mapping[str, Any]) -> str:
    return row_of([kind.name, *(cell_of(way, fields) for way in cell_columns(kind).values())])
