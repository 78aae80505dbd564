"""What an enterprise has told, as a file that records the same again: kinds in the order of import, a page at a time."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from enum import StrEnum
from typing import Any

from api.exchange.records.cells import KIND, cell_columns, cell_of, row_of
from api.exchange.records.kinds import RecordKind
from api.exchange.records.ndjson import written
from graph.export import Export

Page = list[dict[str, Any]]


class ExportFormat(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"


async def records_of(export: Export, kinds: Iterable[RecordKind]) -> AsyncGenerator[tuple[RecordKind, Page]]:
    """Pages of one kind that have something. kinds: in the order of import."""
    for kind in kinds:
        pages = export.aggregations() if kind.name == "aggregation" else export.records(kind.model)
        async for page in pages:
            if page:
                yield kind, page


async def file_of(pages: AsyncGenerator[tuple[RecordKind, Page]], form: ExportFormat) -> AsyncGenerator[bytes]:
    """The file, in pieces."""
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


def _row(kind: RecordKind, fields: Mapping[str, Any]) -> str:
    return row_of([kind.name, *(cell_of(way, fields) for way in cell_columns(kind).values())])
