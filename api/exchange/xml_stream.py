"""XML of any size, read as a stream, in bounded memory: no DTD, no entities, no network, for every format that is XML."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, TypeAlias

from lxml import etree

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] # lxml has no other name for it

ITEM_MARKS = 1_500_000
"""Beginnings and ends of elements in one item: an empty element takes 4 bytes in a file, and 130 in memory."""
_MISENCODED = re.compile(r"(?:nvalid bytes in character encoding|not proper UTF-8)[^,]*(?:.*?(, line \d+))?", re.DOTALL)


class MeteredXml(Metered):
    """A file of which one item may not have more than so many elements either."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None = None) -> None:
        super().__init__(file, told)
        self._marks = 0
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._marks += data.count(b"<")
        self.ended = not data
        if self._marks > ITEM_MARKS:
            found = f"found one entry of more than {ITEM_MARKS // 2:,} elements; right is to spread it over several"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, found)
        return data

    def item_done(self) -> None:
        super().item_done()
        self._marks = 0


class BrokenXml(ValueError):
    """at_end: whether it was the end of the file that was wrong."""

    def __init__(self, message: str, *, at_end: bool) -> None:
        super().__init__(message)
        self.at_end = at_end


def parsed(file: MeteredXml, names: Sequence[str] | None = None) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of each element, or of those with one of the names: `{*}local`, in any namespace.

    Raises `BrokenXml`, and `DocumentRefused` for a DTD.
    """
    first = True
    parser = etree.iterparse(
        file,
        events=("start", "end"),
        tag=names,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in parser:
            if first:
                _check_no_dtd(element)
                first = False
            yield event, element
    except etree.XMLSyntaxError as error:
        # a name that nobody declares ends nothing at once; what is said at the end is that there is no element
        said = next((entry.message for entry in parser.error_log), None) if error.position == (0, 0) else error.msg
        raise BrokenXml(said or "no XML", at_end=file.ended and (error.position != (0, 0) or said is None)) from error


def root_name(start: bytes) -> str | None:
    """Without its namespace, of a document that begins so; None where that does not tell."""
    parser = etree.XMLPullParser(("start",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    with suppress(etree.XMLSyntaxError):  # of what comes after it
        parser.feed(start)
    return next((etree.QName(element).localname for _, element in parser.read_events()), None)


def let_go(element: Element) -> None:
    """Of what was read of an element, and of those before it. What follows an element may be read already."""
    element.clear(keep_tail=True)
    above = element.getparent()
    if above is not None:
        while (before := element.getprevious()) is not None:
            above.remove(before)


def unreadable(error: BrokenXml, read: str) -> DocumentRefused:
    """read: what was read before, such as `3 events`."""
    if (met := _MISENCODED.search(str(error))) is not None:
        found = f"found bytes that are not in the encoding of the document{met[1] or ''}, after {read}"
        right = "right is the encoding that its first line declares, and UTF-8 where it declares none"
        return DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"{found}; {right}")
    code = DocumentProblem.TRUNCATED if error.at_end else DocumentProblem.MALFORMED_DOCUMENT
    return DocumentRefused(code, f"found what is no XML after {read}: {str(error)[:200]}; right is one whole, well-formed document")


def _check_no_dtd(element: Element) -> None:
    if element.getroottree().docinfo.doctype:
        raise DocumentRefused(DocumentProblem.FORBIDDEN_DTD, "found a document type declaration; right is a document without one")
