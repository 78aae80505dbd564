"""XML of any size, read as a stream, in bounded memory: no DTD, no entities, no network, for every format that is XML."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, TypeAlias

from lxml import etree

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] # lxml has no other name for it

ITEM_MARKS = 1_500_000
"""Beginnings and ends of elements in one item: an empty element takes 4 bytes in a file, and 130 in memory."""


class MeteredXml(Metered):
    """A file of which one item may not have more than so many elements either."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None = None) -> None:
        super().__init__(file, told)
        self._marks = 0

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._marks += data.count(b"<")
        if self._marks > ITEM_MARKS:
            found = f"found one entry of more than {ITEM_MARKS // 2:,} elements; right is to spread it over several"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, found)
        return data

    def item_done(self) -> None:
        super().item_done()
        self._marks = 0


def parsed(file: MeteredXml, names: Sequence[str] | None = None) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of each element, or of those with one of the names, `{*}local` of any namespace. Refuses a DTD."""
    first = True
    for event, element in etree.iterparse(
        file,
        events=("start", "end"),
        tag=names,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    ):
        if first:
            _check_no_dtd(element)
            first = False
        yield event, element


def let_go(element: Element) -> None:
    """Of what was read of an element, and of those before it."""
    element.clear(keep_tail=False)
    above = element.getparent()
    if above is not None:
        while (before := element.getprevious()) is not None:
            above.remove(before)


def unreadable(error: etree.XMLSyntaxError, read: str) -> DocumentRefused:
    """read: what was read before, such as `3 events`."""
    told = (error.msg or "no XML")[:200]
    code = DocumentProblem.TRUNCATED if "Premature" in told else DocumentProblem.MALFORMED_DOCUMENT
    return DocumentRefused(code, f"found what is no XML after {read}: {told}; right is one whole, well-formed document")


def _check_no_dtd(element: Element) -> None:
    if element.getroottree().docinfo.doctype:
        raise DocumentRefused(DocumentProblem.FORBIDDEN_DTD, "found a document type declaration; right is a document without one")
