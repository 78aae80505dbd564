"""Annex C, read as a stream: a record after the other, each right or refused for itself, elements in any namespace."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, cast

import orjson
from lxml import etree

from api.exchange.annex_c.kinds import ANNEX_KINDS, ENCODING, JSON, KIND_ATTRIBUTE, LIST, RECORD, ROOT, VALUE, AnnexKind
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.records.columns import Column, columns_of, from_text
from api.exchange.records.told import Told
from api.exchange.xml_stream import BrokenXml, Element, MeteredXml, let_go, overfull, parsed, unreadable
from graph.model.identifiers import shown
from graph.model.problems import Problem, ProblemCode
from graph.model.records.values import clean

_PROBLEMS = 100
"""Told of one record."""
_FOREIGN = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")


@dataclass(frozen=True, slots=True)
class Raw:
    """What stood where a record could not be read. kind: the metedataStandard, as it was given."""

    kind: str | None
    text: str


def read_annex_c(file: IO[bytes], told: Callable[[int], None] | None = None) -> Iterator[Item[Told]]:
    """Raises `DocumentRefused`. told: called with the bytes read so far."""
    metered = MeteredXml(file, told)
    index = 0
    try:
        for element, kind in _records(metered):
            yield _item(index, element, kind, metered.taken)
            metered.item_done()
            index += 1
    except BrokenXml as error:
        raise unreadable(error, f"{index} records") from error


def _records(metered: MeteredXml) -> Iterator[tuple[Element, AnnexKind | Problem]]:
    """Each record with its kind, and what stands where a record or a list of them should, with what is wrong."""
    root: Element | None = None
    open_record: Element | None = None
    kind: AnnexKind | Problem | None = None
    for event, element in parsed(metered, [f"{{*}}{name}" for name in (ROOT, LIST, RECORD)]):
        above = element.getparent()
        if root is None:
            root = element
            if above is not None or _name(element) != ROOT:
                raise _no_root(element)
        if event == "start":
            if open_record is None and above is root and _name(element) == LIST:
                kind = _kind(element)
            elif open_record is None and kind and above is not None and above.getparent() is root and _name(element) == RECORD:
                open_record = element
        elif element is open_record and above is not None:
            yield from _strays(above, RECORD, element)
            yield element, kind or _misplaced(element, RECORD)
            open_record = None
            let_go(element)
        elif open_record is None and above is root and _name(element) == LIST:
            yield from _strays(element, RECORD)
            yield from _strays(root, LIST, element)
            let_go(element)
            kind = None
        elif element is root:
            yield from _strays(root, LIST)
    if root is None:
        raise _no_root(None)


def _no_root(element: Element | None) -> DocumentRefused:
    found = "no element of that name" if element is None else f"the element {clean(_name(element), 80)}"
    return DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found {found}; right is {ROOT}, with {LIST} in it, of annex C")


def _kind(element: Element) -> AnnexKind | Problem:
    """Of a list of records, by its attribute."""
    name = element.get(KIND_ATTRIBUTE)
    if name is not None and (known := ANNEX_KINDS.get(name.strip())):
        return known
    right = f"right is one of {', '.join(ANNEX_KINDS)}"
    if name is not None:
        return Problem(ProblemCode.NOT_LISTED, KIND_ATTRIBUTE, f"found {shown(name)}; {right}")
    if (other := element.get("metadataStandard")) is not None:
        message = f"found metadataStandard={shown(other)}; right is {KIND_ATTRIBUTE}, as annex C spells it"
        return Problem(ProblemCode.MISSING, KIND_ATTRIBUTE, message)
    return Problem(ProblemCode.MISSING, KIND_ATTRIBUTE, f"found {LIST} without {KIND_ATTRIBUTE}; {right}")


def _strays(above: Element, wanted: str, before: Element | None = None) -> Iterator[tuple[Element, Problem]]:
    """What stands in an element beside those that may, before one of them, as far as it was not let go of. What follows may be read
    already, and has its turn."""
    siblings = list(above) if before is None else list(before.itersiblings(preceding=True))[::-1]
    if beside := next((text.strip() for text in (above.text, *(child.tail for child in siblings)) if text and text.strip()), None):
        message = f"found the text {shown(beside, 40)} within {_name(above)}; right is {wanted} elements alone"
        yield above, Problem(ProblemCode.UNEXPECTED, _name(above), message)
        above.text = None
    for child in siblings:
        if _name(child) != wanted:
            yield child, _misplaced(child, wanted)


def _misplaced(element: Element, wanted: str) -> Problem:
    name = clean(_name(element), 80)
    return Problem(ProblemCode.UNEXPECTED, name, f"found the element {name}; right is {wanted} there")


def _item(index: int, element: Element, kind: AnnexKind | Problem, size: int) -> Item[Told]:
    line = element.sourceline
    if _name(element) == RECORD and (problem := overfull(element)) is not None:
        return Item(index, None, (problem,), line, size, _raw(element))
    if isinstance(kind, Problem):
        return Item(index, None, (kind,), line, size, _raw(element))
    problems: list[Problem] = []
    fields = _Reading(kind, problems).record(element)
    if problems:
        return Item(index, None, tuple(problems[:_PROBLEMS]), line, size, _raw(element))
    return Item(index, Told(kind.kind, fields, kind.elsewhere), (), line, size)


def _raw(element: Element) -> Raw:
    name, above = _name(element), element.getparent()
    if name in (ROOT, LIST):
        return Raw(element.get(KIND_ATTRIBUTE), "")
    return Raw(None if above is None else above.get(KIND_ATTRIBUTE), etree.tostring(element, encoding="unicode", with_tail=False))


class _Reading:
    """Of one record. What is wrong with it goes into `problems`, with the field and the line."""

    def __init__(self, kind: AnnexKind, problems: list[Problem]) -> None:
        self._kind = kind
        self._problems = problems

    def record(self, element: Element) -> dict[str, object]:
        self._check(element)
        parts: dict[str, Element] = {}
        for child in element:
            name = _name(child)
            if name in parts:
                self._wrong(ProblemCode.DUPLICATE, name, child, f"found {name} a second time; right is to give it once")
            elif name not in ("header", "metadata"):
                self._wrong(ProblemCode.UNEXPECTED, name, child, f"found the element {clean(name, 80)}; right is header and metadata alone")
            parts.setdefault(name, child)
        fields = self._header(parts["header"]) if "header" in parts else {}
        if "header" not in parts:
            self._wrong(ProblemCode.MISSING, "header", element, "found no header; right is one, with the identifier")
        return fields | (self._fields(parts["metadata"], "", self._kind.elements) if "metadata" in parts else {})

    def _header(self, header: Element) -> dict[str, object]:
        kind, fields = self._kind, dict[str, object]()
        self._check(header)
        for child in header:
            name = _name(child)
            column = kind.header.get(name)
            if column is None:
                self._wrong(ProblemCode.UNEXPECTED, name, child, f"found {clean(name, 80)}; right is one of {', '.join(kind.header)}")
            elif column.name in fields:
                self._wrong(ProblemCode.DUPLICATE, name, child, f"found {name} a second time; right is to give it once")
            elif (text := self._text(child, name)) is not None:
                fields[column.name] = from_text(column, text)
        if (named := kind.header.get("identifier")) is not None and named.name not in fields:
            self._wrong(
                ProblemCode.MISSING, "identifier", header, f"found no identifier; right is the {named.name} of the {kind.kind.name}"
            )
        return fields

    def _fields(self, element: Element, path: str, columns: Mapping[str, Column]) -> dict[str, object]:
        """path: with a point at its end, or empty."""
        self._check(element, path.removesuffix("."))
        found: dict[str, object] = {}
        seen: set[str] = set()
        for child in element:
            name = _name(child)
            where = f"{path}{clean(name, 64)}"
            column = columns.get(name)
            if column is None:
                self._wrong(
                    ProblemCode.UNEXPECTED,
                    where,
                    child,
                    f"found {clean(name, 80)}, which {self._kind.name} does not have there; right is one of {', '.join(columns)}",
                )
            elif name in seen:
                right = "all values within one element" if column.many else "to give it once"
                self._wrong(ProblemCode.DUPLICATE, where, child, f"found {name} a second time; right is {right}")
            elif column.many:
                found[name] = self._values(child, where, column)
            elif values := self._values(child, where, column):
                found[name] = values[0]
            seen.add(name)
        return found

    def _values(self, element: Element, path: str, column: Column) -> list[object]:
        """What the `value` elements hold, without those that hold nothing."""
        self._check(element, path)
        found: list[object] = []
        for child in element:
            where = f"{path}[{len(found)}]" if column.many else path
            if _name(child) != VALUE:
                self._wrong(ProblemCode.UNEXPECTED, where, child, f"found the element {clean(_name(child), 80)}; right is {VALUE}")
            elif found and not column.many:
                self._wrong(ProblemCode.DUPLICATE, where, child, f"found a second {VALUE}; right is one")
            elif column.part is not None:
                found.append(self._fields(child, f"{where}.", columns_of(column.part)))
            elif (text := self._text(child, where)) is not None:
                found.append(from_text(column, text))
        return found

    def _text(self, element: Element, path: str) -> str | None:
        """Without blanks around it; as it is, where it is JSON. None of nothing."""
        self._check(element, path, text=True, encoding=True)
        text = (element.text or "").strip(" \t\r\n")
        if element.get(ENCODING) is None:
            return text or None
        try:
            told = orjson.loads(text)
        except orjson.JSONDecodeError:
            told = None
        if element.get(ENCODING) != JSON or not isinstance(told, str):
            message = f"found {ENCODING}={shown(element.get(ENCODING) or '')}; right is {JSON}, and a JSON string in the element"
            self._wrong(ProblemCode.MALFORMED, path, element, message)
            return None
        return told

    def _check(self, element: Element, path: str = "", *, text: bool = False, encoding: bool = False) -> None:
        """That there is nothing in the element that nobody reads. path: of the field; else the element's own name. text: whether it holds
        text, or elements."""
        name = _name(element)
        path = path or name
        for key in element.keys():  # noqa: SIM118 # an element is no dict
            if not (str(key).startswith(_FOREIGN) or (encoding and key == ENCODING)):
                self._wrong(ProblemCode.UNEXPECTED, path, element, f"found the attribute {clean(key, 80)}; right is none")
        if text and len(element):
            self._wrong(ProblemCode.UNEXPECTED, path, element, f"found the element {clean(_name(element[0]), 80)}; right is text alone")
        elif not text and _text_beside(element):
            right = f"text in {VALUE} elements" if name not in ("header", "metadata", RECORD) else "elements alone"
            self._wrong(ProblemCode.UNEXPECTED, path, element, f"found text within {clean(name, 80)}; right is {right}")

    def _wrong(self, code: ProblemCode, path: str, element: Element, message: str) -> None:
        self._problems.append(Problem(code, clean(path), f"line {element.sourceline}: {message}"))


def _name(element: Element) -> str:
    """Without the namespace."""
    return cast("str", element.tag).rpartition("}")[2]


def _text_beside(element: Element) -> bool:
    """Whether there is text among the elements within an element."""
    return bool((element.text and element.text.strip()) or any(child.tail and child.tail.strip() for child in element))
