"""EPCIS documents of either syntax, told apart by how they begin."""

from collections.abc import Callable, Iterator
from typing import IO

from api.exchange.encodings import check_no_utf_32
from api.exchange.epcis.event import Event
from api.exchange.epcis.json_parts import UTF_8_MARK
from api.exchange.epcis.json_reader import read_json
from api.exchange.epcis.xml_reader import read_xml
from api.exchange.items import DocumentProblem, DocumentRefused, Item

_BYTE_ORDER_MARKS = (UTF_8_MARK, b"\xff\xfe", b"\xfe\xff")


def read_events(file: IO[bytes], told: Callable[[int], None] | None = None) -> Iterator[Item[Event]]:
    """Of a file that can be read from its start again. told: called with the bytes read so far. Raises `DocumentRefused`."""
    start = file.read(1024)
    file.seek(0)
    check_no_utf_32(start)
    begins = start.lstrip(b"\x00 \t\r\n")
    if begins.removeprefix(UTF_8_MARK).lstrip(b" \t\r\n").startswith(b"{"):
        return read_json(file, told)
    if begins.startswith((b"<", *_BYTE_ORDER_MARKS)):
        return read_xml(file, told)
    found = "an empty file" if not begins else f"a file that begins with {begins[:20]!r}"
    raise DocumentRefused(
        DocumentProblem.UNKNOWN_FORMAT, f"found {found}; right is EPCIS in JSON-LD, which begins with {{, or in XML, with <"
    )
