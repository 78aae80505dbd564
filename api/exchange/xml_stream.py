"""XML of any size, read as a stream, in bounded memory: no DTD, no entities, no network, for every format that is XML."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, TypeAlias, cast

from lxml import etree

from api.exchange.encodings import Declared, check_no_utf_32
from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered
from graph.model.problems import Problem, ProblemCode

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] # lxml has no other name for it

ITEM_MARKS = 1_500_000
"""Beginnings and ends of elements in one item: an empty element takes 4 bytes in a file, and 130 in memory."""
ATTRIBUTES = 1_000
"""Of one element. The library finds the value of each by going through them, all within one call."""
NAMESPACES = 200
"""Declared where an element stands, by it and by those around it, of which the library makes a list for it."""
_SCOPES = {"start-ns": 1, "end-ns": -1}
_MISENCODED = re.compile(r"(?:nvalid bytes in character encoding|not proper UTF-8)[^,]*(?:.*?(, line \d+))?", re.DOTALL)


class MeteredXml(Metered):
    """A file of which one item may not have more than so many elements either, and which is in the encoding that it declares."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None = None) -> None:
        super().__init__(file, told)
        self._marks = 0
        self._declared: Declared | None = None
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        if self._declared is None:
            check_no_utf_32(data)
            self._declared = Declared(data)
        self._declared.check(data)
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
    """begun: whether an element was read before. at_end: whether it was the end of the file that was wrong."""

    def __init__(self, message: str, *, begun: bool, at_end: bool) -> None:
        super().__init__(message)
        self.begun = begun
        self.at_end = at_end


def parsed(file: MeteredXml, names: Sequence[str] | None = None) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of each element, or of those with one of the names: `{*}local`, in any namespace.

    Raises `BrokenXml`, and `DocumentRefused` for a DTD, and for more namespaces than there may be.
    """
    first, namespaces = True, 0
    parser = etree.iterparse(
        file,
        events=("start", "end", "start-ns", "end-ns"),
        tag=names,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, told in cast("Iterator[tuple[str, Element]]", parser):
            if event in _SCOPES:
                namespaces += _SCOPES[event]
                if namespaces > NAMESPACES:
                    found = f"found more than {NAMESPACES} namespaces declared where one element stands"
                    raise DocumentRefused(DocumentProblem.TOO_LARGE, f"{found}; right is to declare those that are used")
                continue
            if first:
                _check_no_dtd(told)
                first = False
            yield event, told
    except etree.XMLSyntaxError as error:
        # a name that nobody declares ends nothing at once; what is said at the end is that there is no element
        said = next((entry.message for entry in parser.error_log), None) if error.position == (0, 0) else error.msg
        at_end = file.ended and (error.position != (0, 0) or said is None)
        raise BrokenXml(said or "no XML", begun=not first, at_end=at_end) from error


def root_name(start: bytes) -> str | None:
    """Without its namespace, of a document that begins so; None where that does not tell."""
    parser = etree.XMLPullParser(("start",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    with suppress(etree.XMLSyntaxError):  # of what comes after it
        parser.feed(start)
    return next((etree.QName(element).localname for _, element in parser.read_events()), None)


def overfull(element: Element) -> Problem | None:
    """Of an element, and those below, that has more attributes than are read."""
    for below in element.iter("{*}*"):
        if (count := len(below.attrib)) > ATTRIBUTES:
            name, line = etree.QName(below).localname[:80], below.sourceline
            found = f"line {line}: found {count:,} attributes of one element"
            return Problem(ProblemCode.TOO_LONG, name, f"{found}; right is at most {ATTRIBUTES:,}, or elements in their place")
    return None


def let_go(element: Element) -> None:
    """Of what was read of an element, and of those before it. What follows an element may be read already."""
    element.clear(keep_tail=True)
    above = element.getparent()
    if above is not None:
        while (before := element.getprevious()) is not None:
            above.remove(before)


def unreadable(error: BrokenXml, read: str) -> DocumentRefused:
    """read: what was read before, such as `3 events`."""
    place = f"after {read}" if error.begun else "before the first element"
    if (met := _MISENCODED.search(str(error))) is not None:
        found = f"found bytes that are not in the encoding of the document{met[1] or ''}, {place}"
        right = "right is the encoding that its first line declares, and UTF-8 where it declares none"
        return DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"{found}; {right}")
    code = DocumentProblem.TRUNCATED if error.at_end else DocumentProblem.MALFORMED_DOCUMENT
    return DocumentRefused(code, f"found what is no XML {place}: {str(error)[:200]}; right is one whole, well-formed document")


def _check_no_dtd(element: Element) -> None:
    if element.getroottree().docinfo.doctype:
        raise DocumentRefused(DocumentProblem.FORBIDDEN_DTD, "found a document type declaration; right is a document without one")
