"""EPCIS in XML, 2.0 and 1.2: capture documents, query documents and single events, read as a stream.

No DTD, no entities, no network. The elements of an event may come in any order: which is which is told by their names.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, cast

from lxml import etree

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event, EventType, Value
from api.exchange.epcis.names import DEPTH, NAME_LENGTH, tidy
from api.exchange.epcis.shapes import CORRECTIVE, ENTRIES, PAIRS
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.xml_stream import BrokenXml, Element, MeteredXml, let_go, overfull, parsed, unreadable
from graph.model.identifiers import shown
from graph.model.problems import Problem, ProblemCode

_EPCIS = re.compile(r"urn:epcglobal:epcis(-query)?:xsd:[12]")
FIELD = "{urn:milkline:epcis}field"
"""An element for a field of a name that XML cannot write, which its attribute `name` has."""
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
XSD = "http://www.w3.org/2001/XMLSchema"
_OF_XML = frozenset({"http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace"})
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
    """Each element where events are, whole; what was read of it is let go of afterwards. Raises `DocumentRefused` for what is elsewhere."""
    whole: Element | None = None
    passed: Element | None = None
    root: Element | None = None
    places: list[str] = []
    listed = False
    for action, element in parsed(metered):
        if root is None:
            root = element
            _check_root(root)
            places.append(_name(root))
            if places[0] in list(EventType):
                whole, listed = root, True
        elif action == "start":
            if passed is not None:
                _check_without_events(passed, element)
            elif whole is None:
                name = _name(element)
                if places[-1] == _LIST and name not in _FLATTENED:
                    whole = element
                elif places[-1] == _LIST or name in _BELOW[places[-1]]:
                    places.append(_LIST if places[-1] == _LIST else name)
                    listed = listed or name == _LIST
                else:
                    _check_passed(places[-1], name)
                    passed = element
        elif element is whole:
            if element is not root:
                _check_no_text_before(element)
            yield element
            whole = None
            let_go(element)
        elif whole is None:
            if passed is None:
                _check_no_text_at_end(element)
                places[1:] = places[1:-1]
            elif element is passed:
                passed = None
            if element is not root:
                if passed is None:
                    _check_no_text_before(element)
                let_go(element)
    if not listed:
        raise _misplaced("no EventList", f"{places[0]}", "EPCISBody with an EventList")


_LIST = "EventList"
_HEADED = frozenset({"EPCISHeader", "extension"})
_BELOW: Mapping[str, tuple[str, ...]] = {
    "EPCISDocument": ("EPCISBody",),
    "EPCISQueryDocument": ("EPCISBody",),
    "EPCISBody": (_LIST, "QueryResults"),
    "QueryResults": ("resultsBody",),
    "resultsBody": (_LIST,),
}
"""By the element, those that lead to the events."""
_PASSED: Mapping[str, frozenset[str]] = {
    "EPCISDocument": _HEADED,
    "EPCISQueryDocument": _HEADED,
    "QueryResults": frozenset({"queryName", "subscriptionID", "extension"}),
}
"""By the element, those that have no events."""
_OF_BODIES = frozenset({"EPCISBody", _LIST, "QueryResults"})


def _check_passed(place: str, name: str) -> None:
    """Of an element beside those that lead to the events: what is another's may stand beside an EPCISHeader and a body."""
    if name not in _PASSED.get(place, ()) and not (name.startswith("{") and place in _ROOTS):
        raise _misplaced(name[:80], place, " or ".join((*_BELOW[place], *sorted(_PASSED.get(place, ())))))


def _check_without_events(passed: Element, below: Element) -> None:
    """Of an element within one that has no events. A header may have what is called like one: it is about them."""
    name = _name(below)
    if name in _OF_BODIES or (name in list(EventType) and _name(passed) != "EPCISHeader"):
        raise _misplaced(name, _name(passed)[:80], "events in the EventList of the EPCISBody alone")


def _check_no_text_before(element: Element) -> None:
    """Between an element that leads to the events, or is one, and what is before it."""
    before, above = element.getprevious(), element.getparent()
    if above is not None:
        _check_no_text(above, above.text if before is None else before.tail)


def _check_no_text_at_end(element: Element) -> None:
    _check_no_text(element, element[-1].tail if len(element) else element.text)


def _check_no_text(element: Element, text: str | None) -> None:
    if text and text.strip():
        raise _misplaced(f"the text {shown(text.strip(), 40)}", _name(element)[:80], "elements alone")


def _misplaced(found: str, place: str, right: str) -> DocumentRefused:
    return DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found {found} in {place}; right is {right}")


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
    line = element.sourceline
    if (name := _name(element)) not in list(EventType):
        message = f"found the element {name[:80]}, which is no event; right is one of {', '.join(EventType)}"
        return Item(index, None, (Problem(ProblemCode.NOT_LISTED, "type", f"{message}{_INSTEAD.get(name, '')}"),), line)
    if (problem := overfull(element)) is not None:
        return Item(index, None, (problem,), line)
    if any(len(str(name)) > 2 * NAME_LENGTH for below in element.iter("{*}*") for name in (below.tag, *below.attrib.keys())):
        message = (
            f"found an element or attribute whose name and namespace have more than {2 * NAME_LENGTH:,} characters; right is a shorter one"
        )
        return Item(index, None, (Problem(ProblemCode.TOO_LONG, "type", message),), line)
    _check_plain(element, problems)
    sent: dict[str, object] = {"type": name, **_children(element, problems)}
    if problems:
        return Item(index, None, tuple(problems), line)
    event = check_event(sent, _prefixes(element))
    return Item(index, event, (), line) if isinstance(event, Event) else Item(index, None, event, line)


_INSTEAD = {"QuantityEvent": "; what it says, an ObjectEvent says with a quantityList (EPCIS 1.2, 7.4.4, which EPCIS 2.0 has no longer)"}


def _prefixes(element: Element) -> dict[str, str]:
    """By namespace, of the others that the event uses, and of types that its attributes name. Of each namespace the first prefix."""
    found: dict[str, str] = {}
    unnamed: set[str] = set()
    for below in element.iter("{*}*"):
        prefix, colon, _ = (below.get(XSI_TYPE) or "").partition(":")
        namespace = below.nsmap.get(prefix) if colon else None
        if namespace and (prefix, namespace) != ("xsd", XSD):
            found.setdefault(tidy(namespace), prefix)
        for name in (below.tag, *below.attrib.keys()):
            namespace = etree.QName(cast("str", name)).namespace
            if not namespace or namespace in unnamed or _EPCIS.fullmatch(namespace) or tidy(namespace) in found:
                continue
            prefix = next((prefix for prefix, known in below.nsmap.items() if prefix and known == namespace), None)
            if prefix:
                found[tidy(namespace)] = prefix
            else:
                unnamed.add(namespace)
    return found


def _children(element: Element, problems: list[Problem]) -> dict[str, object]:
    """The elements below one of the standard's, by name, those of its `extension` elements among them."""
    found: dict[str, object] = {}
    _check_alone(element, problems)
    for child in _flat(element):
        name = _name(child)
        if name.startswith("{"):
            _add(found, name, _foreign(child, problems))
        elif name in found and name not in _MANY and name != "certificationInfo":
            problems.append(Problem(ProblemCode.DUPLICATE, name, "found the element a second time; right is to give it once"))
        elif name in _MANY:
            cast("list[object]", found.setdefault(name, [])).append(_known(child, name, problems))
        elif name == "certificationInfo":
            _add(found, name, _foreign(child, problems) if len(child) else _text(child))
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
    if name not in _ATTRIBUTED:
        _check_plain(element, problems)
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
    _check_alone(element, problems)
    for child in _flat(element):
        if _name(child) != entry:
            message = f"found the element {_name(child)[:80]}; right is {entry} alone"
            problems.append(Problem(ProblemCode.UNEXPECTED, name, message))
        elif entry in _TYPED:
            found.append({**{key: value for key, value in _attributes(child).items() if key == "type"}, entry: _text(child)})
        elif entry == "quantityElement":
            fields = _children(child, problems)
            nil = {_name(below) for below in child if below.get(_XSI_NIL) in ("true", "1")}
            found.append({key: value for key, value in fields.items() if key not in nil})
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


_OF_DOCUMENTS = frozenset({"schemaVersion", "creationDate"})
"""Which an event that stands alone has too."""
_ATTRIBUTED = frozenset({"sensorElement", "sensorMetadata", "sensorReport"})


def _check_plain(element: Element, problems: list[Problem]) -> None:
    """An attribute of the standard's other elements is no field of the event, unless it is about the XML."""
    for key in element.attrib:
        name = etree.QName(str(key))
        if name.namespace not in _OF_XML and key not in _OF_DOCUMENTS:
            message = f"found the attribute {shown(name.localname)}; right is an element of its own"
            problems.append(Problem(ProblemCode.UNEXPECTED, _name(element)[:200], message))


def _check_alone(element: Element, problems: list[Problem]) -> None:
    """The text of one of the standard's elements that has others below is none of it."""
    if (between := _between(element)) or (len(element) and _text(element)):
        _stray(element, between or _text(element), problems)


def _between(element: Element) -> str:
    """The first text that follows an element below."""
    return next((text for child in element if (text := (child.tail or "").strip())), "")


def _stray(element: Element, text: str, problems: list[Problem]) -> None:
    message = f"found {shown(text)} between elements; right is text in an element of its own"
    problems.append(Problem(ProblemCode.UNEXPECTED, _name(element)[:200], message))


def _foreign(element: Element, problems: list[Problem]) -> Value:
    """An element of another namespace: its text, or an object of its attributes and elements, with its text as `#text`.

    A text that goes on after an element has no place in that.
    """
    found: dict[str, Value] = {}
    if between := _between(element):
        _stray(element, between, problems)
    for key, value in element.attrib.items():
        if element.tag != FIELD or key != "name":
            found[str(key)] = str(value)
    for child in element:
        _add(cast("dict[str, object]", found), _name(child), _foreign(child, problems))
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
