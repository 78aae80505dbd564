"""EPCIS in XML, 2.0 and 1.2: capture documents, query documents and single events, read as a stream.

No DTD, no entities, no network. The elements of an event may come in any order: which is which is told by their names.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, cast

from lxml import etree

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event, EventType, Value
from api.exchange.epcis.names import DEPTH, tidy
from api.exchange.epcis.shapes import CORRECTIVE, ENTRIES, PAIRS
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.xml_stream import BrokenXml, Element, MeteredXml, let_go, parsed, unreadable
from graph.model.problems import Problem, ProblemCode

_EPCIS = re.compile(r"urn:epcglobal:epcis(-query)?:xsd:[12]")
FIELD = "{urn:milkline:epcis}field"
"""An element for a field of a name that XML cannot write, which its attribute `name` has."""
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
XSD = "http://www.w3.org/2001/XMLSchema"
_ROOTS = ("EPCISDocument", "EPCISQueryDocument")
_FLATTENED = frozenset({"extension", "baseExtension"})
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DIGITS = 20
_NUMBERS = frozenset({"quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_LISTS = {**ENTRIES, **{name: entry for name, (entry, _) in PAIRS.items()}, CORRECTIVE[0]: CORRECTIVE[1]}
_MANY = frozenset({"set", "unset", "sensorReport"})
_TYPED = frozenset(entry for entry, _ in PAIRS.values())
_OBJECTS = frozenset({"readPoint", "bizLocation", "ilmd", "persistentDisposition", "errorDeclaration", "sensorElement", "quantityElement"})


def read_xml(file: IO[bytes], told: Callable[[int], None] | None = None) -> Iterator[Item[Event]]:
    """Raises `DocumentRefused`."""
    metered = MeteredXml(file, told)
    index = 0
    try:
        for element in _elements(metered):
            yield _item(index, element)
            metered.item_done()
            index += 1
    except BrokenXml as error:
        raise unreadable(error, f"{index} events") from error


def _elements(metered: MeteredXml) -> Iterator[Element]:
    """Each event, whole; what was read of it is let go of afterwards."""
    open_event: Element | None = None
    root: Element | None = None
    for action, element in parsed(metered):
        if root is None:
            root = element
            _check_root(root)
        if action == "start":
            if open_event is None and _name(element) in list(EventType):
                open_event = element
        elif element is open_event:
            yield element
            open_event = None
            let_go(element)
        elif open_event is None and element is not root:
            let_go(element)


def _check_root(root: Element) -> None:
    name = _name(root)
    if name not in (*_ROOTS, *EventType):
        raise DocumentRefused(
            DocumentProblem.UNKNOWN_FORMAT,
            f"found the element {name[:80]}; right is EPCISDocument, EPCISQueryDocument or one event, or root of QB/T 4971 annex C",
        )


def is_standard(namespace: str) -> bool:
    return _EPCIS.fullmatch(namespace) is not None


def _name(element: Element) -> str:
    """Without the namespace where it is the standard's own, or none: 1.2 and 2.0 leave most elements unqualified."""
    if element.tag == FIELD:
        return element.get("name") or ""
    found = etree.QName(element)
    if found.namespace is None or is_standard(found.namespace):
        return found.localname
    return f"{{{tidy(found.namespace)}}}{found.localname}"


def _item(index: int, element: Element) -> Item[Event]:
    problems: list[Problem] = []
    sent: dict[str, object] = {"type": _name(element), **_children(element, problems)}
    prefixes = {tidy(namespace): prefix for prefix, namespace in _prefixes(element)}
    line = element.sourceline
    if problems:
        return Item(index, None, tuple(problems), line)
    event = check_event(sent, prefixes)
    return Item(index, event, (), line) if isinstance(event, Event) else Item(index, None, event, line)


def _prefixes(element: Element) -> Iterator[tuple[str, str]]:
    """Of the other namespaces that the event uses, and of types that its attributes name."""
    for below in element.iter("{*}*"):
        prefix, colon, _ = (below.get(XSI_TYPE) or "").partition(":")
        namespace = below.nsmap.get(prefix) if colon else None
        if namespace and (prefix, namespace) != ("xsd", XSD):
            yield prefix, namespace
        for name in (below.tag, *below.attrib.keys()):
            namespace = etree.QName(cast("str", name)).namespace
            if namespace and not _EPCIS.fullmatch(namespace):
                prefix = next((prefix for prefix, known in below.nsmap.items() if prefix and known == namespace), None)
                if prefix:
                    yield prefix, namespace


def _children(element: Element, problems: list[Problem]) -> dict[str, object]:
    """The elements below one of the standard's, by name, those of its `extension` elements among them."""
    found: dict[str, object] = {}
    for child in _flat(element):
        name = _name(child)
        if name.startswith("{"):
            _add(found, name, _foreign(child))
        elif name in found and name not in _MANY and name != "certificationInfo":
            problems.append(Problem(ProblemCode.DUPLICATE, name, "found the element a second time; right is to give it once"))
        elif name in _MANY:
            cast("list[object]", found.setdefault(name, [])).append(_known(child, name, problems))
        elif name == "certificationInfo":
            _add(found, name, _foreign(child) if len(child) else _text(child))
        else:
            found[name] = _known(child, name, problems)
    return found


def _flat(element: Element, depth: int = 0) -> Iterator[Element]:
    for child in element:
        if _name(child) in _FLATTENED and depth < DEPTH:
            yield from _flat(child, depth + 1)
        else:
            yield child


def _known(element: Element, name: str, problems: list[Problem]) -> object:
    if name in _LISTS:
        return _entries(element, name, problems)
    if name in _OBJECTS:
        return _children(element, problems) if name != "sensorElement" else {**_attributes(element), **_children(element, problems)}
    if name in ("sensorMetadata", "sensorReport"):
        return {**_attributes(element), **_children(element, problems)}
    if name in _NUMBERS:
        return _number(_text(element))
    if len(element):
        return _children(element, problems)
    return _text(element)


def _entries(element: Element, name: str, problems: list[Problem]) -> list[object]:
    entry = _LISTS[name]
    found: list[object] = []
    for child in _flat(element):
        if _name(child) != entry:
            message = f"found the element {_name(child)[:80]}; right is {entry} alone"
            problems.append(Problem(ProblemCode.UNEXPECTED, name, message))
        elif entry in _TYPED:
            found.append({**{key: value for key, value in _attributes(child).items() if key == "type"}, entry: _text(child)})
        elif entry == "quantityElement":
            fields = _children(child, problems)
            nil = [below for below in child if below.get(_XSI_NIL) in ("true", "1")]
            found.append({key: value for key, value in fields.items() if key not in {_name(below) for below in nil}})
        else:
            found.append(_known(child, entry, problems))
    return found


def _attributes(element: Element) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in element.attrib.items():
        qualified = etree.QName(str(key))
        name = f"{{{tidy(qualified.namespace)}}}{qualified.localname}" if qualified.namespace else qualified.localname
        if name in _NUMBERS:
            found[name] = _number(str(value))
        elif name == "booleanValue":
            found[name] = {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip(), str(value))
        else:
            found[name] = str(value)
    return found


def _foreign(element: Element) -> Value:
    """An element of another namespace: its text, or an object of its attributes and elements, with its text as `#text`."""
    found: dict[str, Value] = {}
    for key, value in element.attrib.items():
        if element.tag != FIELD or key != "name":
            found[str(key)] = str(value)
    for child in element:
        _add(cast("dict[str, object]", found), _name(child), _foreign(child))
    text = _text(element)
    if not found:
        return text
    return {"#text": text, **found} if text else found


def _add(found: dict[str, object], name: str, value: object) -> None:
    """Of several elements of one name, a list."""
    if name not in found:
        found[name] = value
    elif isinstance(before := found[name], list):
        cast("list[object]", before).append(value)
    else:
        found[name] = [before, value]


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _number(text: str) -> object:
    """A number where it is one in the writing of XML Schema, whole where it has no point, as far as databases and JSON have such."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text
    if text.lstrip("+-").isdigit() and len(text) <= _DIGITS and abs(int(text)) < 2**63:
        return int(text)
    return float(text)
