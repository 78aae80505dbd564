"""A workbook, opened to be read row by row. What would unpack to more than it may, or declares entities, is refused before."""

import zipfile
from typing import IO

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.packed import UnpackedLimits

MAGIC = b"PK\x03\x04"
COLUMNS = 500
"""Of a sheet, that are read."""
TEXTS_BYTES = 64_000_000
"""Of the texts that the cells share, which are held in memory."""
_CONTENTS = "[Content_Types].xml"
_CONTENTS_BYTES = 1_000_000
_PARTS = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_FREE = 16_000_000
"""Unpacked bytes up to which the ratio says nothing."""
_ENTRIES = 1_000
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
    except (InvalidFileException, etree.XMLSyntaxError, KeyError, ValueError, OSError) as error:
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
    texts = sum(sizes.get(name, 0) for name in _texts(archive, sizes))
    if texts > TEXTS_BYTES:
        message = f"found {texts:,} bytes of texts in the cells; right is at most {TEXTS_BYTES:,} in a workbook, or CSV, or NDJSON"
        raise DocumentRefused(DocumentProblem.TOO_LARGE, message)


def _texts(archive: zipfile.ZipFile, sizes: dict[str, int]) -> list[str]:
    """The files of the texts that cells share, whatever their names."""
    if not 0 < sizes.get(_CONTENTS, 0) <= _CONTENTS_BYTES:
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a zip archive that does not say what is in it; {_RIGHT}")
    contents = etree.fromstring(archive.read(_CONTENTS), etree.XMLParser(resolve_entities=False, no_network=True))
    parts = contents.iterfind(_PARTS)
    return [part.get("PartName", "").lstrip("/") for part in parts if part.get("ContentType", "").endswith("sharedStrings+xml")]
