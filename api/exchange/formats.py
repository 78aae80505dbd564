"""The formats of documents: how each is known, read, recorded, and reported on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any, cast

import orjson

from api.exchange.annex_c.kinds import ROOT
from api.exchange.annex_c.reader import read_annex_c
from api.exchange.annex_c.report import AnnexCReport
from api.exchange.encodings import check_no_utf_32
from api.exchange.epcis.reading import read_events
from api.exchange.epcis.recording import Recorder as EventRecorder
from api.exchange.importing import Recorder
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.outcomes import ItemOutcome
from api.exchange.packed import UnpackedLimits, unpacked
from api.exchange.records.csv_reader import read_csv
from api.exchange.records.kinds import RecordKind
from api.exchange.records.ndjson import read_ndjson
from api.exchange.records.recording import RecordsRecorder
from api.exchange.reports import CsvReport, NdjsonReport, OutcomeReport, Report
from api.exchange.spreadsheets.reader import read_xlsx
from api.exchange.spreadsheets.workbook import MAGIC
from api.exchange.xml_stream import root_name
from api.files import FileStore
from auth.actor import Actor
from graph.capture import Options
from graph.engine.driver import Graph

Told = Callable[[int], None]


class Format(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"
    EPCIS = "epcis"
    ANNEX_C = "annex-c"
    XLSX = "xlsx"


_SUFFIXES = {".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON, ".csv": Format.CSV, ".tsv": Format.CSV, ".txt": Format.CSV}
_PACKED = re.compile(r"\.(gz|zst|zstd)$", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller says of a document; None: to be told from its name and its beginning. kind: of records without one of their own."""

    name: str = ""
    format: Format | None = None
    kind: RecordKind | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose format is known; it can be read from its start again. told: of a content that does not tell itself.

    left_out: the sheets of a workbook that are not read, and why, once its items are asked for.
    """

    format: Format
    content: IO[bytes]
    wanted: Wanted
    limits: UnpackedLimits
    told: Told | None = None
    left_out: dict[str, str] = field(default_factory=dict[str, str])

    def items(self) -> Iterator[Item[Any]]:
        """Raises `DocumentRefused`."""
        self.content.seek(0)
        match self.format:
            case Format.NDJSON:
                return read_ndjson(self.content, None, self.wanted.kind, self.wanted.encoding)
            case Format.CSV:
                return read_csv(self.content, None, self.wanted.kind, self.wanted.encoding)
            case Format.EPCIS:
                return read_events(self.content)
            case Format.ANNEX_C:
                return read_annex_c(self.content)
            case Format.XLSX:
                return read_xlsx(self.content, self.limits, self.told, self.wanted.kind, self.left_out)

    def recorder(
        self, graph: Graph, actor: Actor, options: Options, files: FileStore, registrar: Actor | None = None
    ) -> Recorder[Any, ItemOutcome]:
        """registrar: as of `RecordsRecorder`."""
        if self.format is Format.EPCIS:
            return EventRecorder(graph, actor, options)
        return RecordsRecorder(graph, actor, options, files, registrar)

    def report(self, file: IO[bytes]) -> Report:
        """What of the document was refused, in its own form where it can be mended and sent again."""
        match self.format:
            case Format.NDJSON:
                return NdjsonReport(file)
            case Format.CSV | Format.XLSX:
                return CsvReport(file)
            case Format.ANNEX_C:
                return AnnexCReport(file)
            case Format.EPCIS:
                return OutcomeReport(file)


def document_of(file: IO[bytes], wanted: Wanted, limits: UnpackedLimits, told: Told | None = None) -> Document:
    """Raises `DocumentRefused`. told: called with the bytes of the file read so far."""
    file.seek(0)
    if file.read(len(MAGIC)) == MAGIC:
        return Document(Format.XLSX, file, wanted, limits, told)
    if wanted.format is Format.XLSX:
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, "found a file that is no workbook; right is .xlsx as spreadsheets write it")
    content = cast("IO[bytes]", unpacked(file, limits, told))
    start = content.read(1 << 16)
    content.seek(0)
    check_no_utf_32(start)
    return Document(wanted.format or _format_of(start, wanted), content, wanted, limits)


def _format_of(start: bytes, wanted: Wanted) -> Format:
    """By how it begins, then by its name: a table begins with any text."""
    begins = start.lstrip(b"\x00 \t\r\n")
    named = next((found for suffix, found in _SUFFIXES.items() if _PACKED.sub("", wanted.name.lower()).endswith(suffix)), None)
    for mark in _MARKS:
        begins = begins.removeprefix(mark)
    if not begins:
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found an empty file; {_RIGHT}")
    if begins.lstrip(b"\x00").startswith(b"<"):
        return Format.ANNEX_C if root_name(start) == ROOT else Format.EPCIS
    if begins.startswith(b"{"):
        return Format.NDJSON if named is Format.NDJSON or wanted.kind or _is_record(begins) else Format.EPCIS
    if named is None and wanted.kind is None and not _TABLE.match(begins):
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a file that begins with {begins[:20]!r}; {_RIGHT}")
    return named or Format.CSV


_TABLE = re.compile(rb"[^\x00-\x08\x0e-\x1f\r\n]*[,;\t]")
_RIGHT = (
    "right is NDJSON, CSV with a row of headings, EPCIS in JSON-LD or XML, or XML of QB/T 4971 annex C, plain or packed by gzip or zstd, "
    "or a workbook (.xlsx)"
)


def _is_record(begins: bytes) -> bool:
    """Whether the first line is an object with a kind."""
    try:
        first: object = orjson.loads(begins.partition(b"\n")[0])
    except orjson.JSONDecodeError:
        return False
    return isinstance(first, dict) and "kind" in first
