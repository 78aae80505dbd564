"""A workbook, opened to be read row by row. What would unpack to more than it may, or declares entities, is refused before."""

import re
import zipfile
from collections.abc import Sequence
from typing import IO

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from api.exchange.encodings import declared_in
from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.packed import UnpackedLimits
from api.exchange.xml_stream import ATTRIBUTES
from graph.model.identifiers import shown

MAGIC = b"PK\x03\x04"
TEXTS_BYTES = 64_000_000
"""Of the texts that the cells share, which are held in memory."""
_TEXTS_MARKS = 8_000_000
_DEFINED_BYTES = 16_000_000
"""Of what stands beside sheets and texts, such as styles, which is held in memory too: each part. Pictures are not read."""
_DEFINED_MARKS = 100_000
"""Elements in all of it, or their ends. A spreadsheet has 65,490 styles at the most, and most have some dozens."""
_BETWEEN_TAGS = re.compile(rb"[^<]{%d,}" % (4 * ATTRIBUTES))
"""What is long enough to have so many attributes: no `<` is in any of them."""
_ATTRIBUTE = re.compile(rb"""=[\s\x00]*["']""")
_ENCODINGS = ("utf-8", "utf-16", "us-ascii")
_EBCDIC = b"\x4c\x6f\xa7\x94"
_PIECE = 1 << 20
_STYLES = "xl/styles.xml"
_CONTENTS = "[Content_Types].xml"
_CONTENTS_BYTES = 1_000_000
_PARTS = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_FREE = 16_000_000
"""Unpacked bytes up to which the ratio says nothing."""
_ENTRIES = 1_000
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")
_RIGHT = "right is a workbook (.xlsx) with a sheet a kind of record"


def open_workbook(file: IO[bytes], limits: UnpackedLimits) -> Workbook:
    """Raises `DocumentRefused`."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive, limits)
        file.seek(0)
        return openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except DocumentRefused:
        raise
    except zipfile.BadZipFile as error:
        raise DocumentRefused(
            DocumentProblem.TRUNCATED, f"found a workbook that is broken off: {error}; right is the whole file"
        ) from error
    except (InvalidFileException, etree.XMLSyntaxError, KeyError, ValueError, TypeError, OSError) as error:
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found no workbook: {str(error)[:200]}; {_RIGHT}") from error


def _check(archive: zipfile.ZipFile, limits: UnpackedLimits) -> None:
    entries = archive.infolist()
    if len(entries) > _ENTRIES or "xl/workbook.xml" not in archive.namelist():
        found = f"a zip archive of {len(entries):,} files" if len(entries) > _ENTRIES else "a zip archive that is no workbook"
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found {found}; {_RIGHT}")
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if size > limits.size or (size > _FREE and size > packed * limits.ratio):
        message = f"found a workbook of {packed:,} bytes that unpacks to {size:,}; right is one that holds what it says, or several"
        raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
    sizes = {entry.filename: entry.file_size for entry in entries}
    if len(sizes) < len(entries):
        raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found two files of one name in the workbook; {_RIGHT}")
    kinds = _kinds(archive, sizes)
    texts = [name for name, kind in kinds.items() if kind.endswith("sharedStrings+xml") and name in sizes]
    size = sum(sizes[name] for name in texts)
    if size > TEXTS_BYTES:
        message = f"found {size:,} bytes of texts in the cells; right is at most {TEXTS_BYTES:,} in a workbook, or CSV, or NDJSON"
        raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
    if sum(_marks(archive, name) for name in texts) > _TEXTS_MARKS:
        message = "found more texts in the cells than a workbook may hold; right is several workbooks, or CSV, or NDJSON"
        raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
    _check_defined(archive, sizes, texts, [name for name, kind in kinds.items() if kind.endswith("worksheet+xml")])


def _check_defined(archive: zipfile.ZipFile, sizes: dict[str, int], texts: Sequence[str], sheets: Sequence[str]) -> None:
    """What is neither a sheet nor a text is taken whole by the library, an object for each element."""
    marks = 0
    for name, size in sizes.items():
        if name in texts or (name in sheets and name != _STYLES) or name.lower().endswith(_PICTURES):
            continue
        if size > _DEFINED_BYTES:
            message = f"found {size:,} bytes in {name[:80]!r} of the workbook; right is at most {_DEFINED_BYTES:,}, or CSV, or NDJSON"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
        content = archive.read(name)
        _check_encoding(name, content)
        check_attributes(name, content)
        marks += content.count(b"<")
        if marks > _DEFINED_MARKS:
            message = f"found too many styles or definitions, in {name[:80]!r} of the workbook; right is a plain one, or CSV, or NDJSON"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)


def _check_encoding(name: str, content: bytes) -> None:
    """In another encoding than these, what is looked for in the bytes may stand there as others."""
    encoding = "EBCDIC" if content.startswith(_EBCDIC) else declared_in(content)
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        found = f"found the encoding {shown(encoding)} of {name[:80]!r} in the workbook"
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"{found}; right is UTF-8 or UTF-16, as in every workbook")


def check_attributes(name: str, piece: bytes) -> None:
    """Of a piece of a part of the workbook. The library finds the value of each attribute of an element by going through them all, within
    one call. Raises `DocumentRefused`."""
    for between in _BETWEEN_TAGS.finditer(piece):
        if (count := len(_ATTRIBUTE.findall(between[0]))) > ATTRIBUTES:
            message = f"found {count:,} attributes of one element in {name[:80]!r} of the workbook; right is at most {ATTRIBUTES:,}"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)


def _marks(archive: zipfile.ZipFile, name: str) -> int:
    with archive.open(name) as part:
        return sum(piece.count(b"<") for piece in iter(lambda: part.read(_PIECE), b""))


def _kinds(archive: zipfile.ZipFile, sizes: dict[str, int]) -> dict[str, str]:
    """The types of the files that have one of their own, whatever their names."""
    if not 0 < sizes.get(_CONTENTS, 0) <= _CONTENTS_BYTES:
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a zip archive that does not say what is in it; {_RIGHT}")
    contents = etree.fromstring(archive.read(_CONTENTS), etree.XMLParser(resolve_entities=False, no_network=True))
    kinds: dict[str, str] = {}
    for part in contents.iterfind(_PARTS):
        name, kind = part.get("PartName", "").lstrip("/"), part.get("ContentType", "")
        if name in kinds and kinds[name] != kind:
            raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found two types of {name[:80]!r} in the workbook; {_RIGHT}")
        kinds[name] = kind
    return kinds
