"""Events as EPCIS 2.0 XML, each by itself: what its own reader makes of it has the same hash.

Elements come in the order of the standard's schema, words of the CBV as their web URIs. Lists of others' values are elements of one
name, and numbers and flags among them are texts, as XML has it. A name that XML cannot write is the attribute of a `field` element.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import cast

from lxml import etree

from api.exchange.epcis.event import Body, EventType, Value
from api.exchange.epcis.fields import CONTROL
from api.exchange.epcis.hashing import number_text
from api.exchange.epcis.names import IN_ATTRIBUTES, STANDARD, XML
from api.exchange.epcis.shapes import CORRECTIVE, ENTRIES, PAIRS, REPORT_WORDS, WORDS
from api.exchange.epcis.vocabulary import ERROR_REASON
from api.exchange.epcis.xml_reader import FIELD, XSD, XSI_TYPE, is_standard
from api.exchange.xml_stream import Element

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CAPTURE = "urn:epcglobal:epcis:xsd:2"
_QUERY = "urn:epcglobal:epcis-query:xsd:2"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_PREFIX = re.compile(r"(?!xml)[A-Za-z_][A-Za-z0-9_.-]*", re.IGNORECASE)
_HEAD = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo")
_FIRST: Mapping[EventType, tuple[str, ...]] = {
    EventType.OBJECT: ("epcList", "action"),
    EventType.AGGREGATION: ("parentID", "childEPCs", "action"),
    EventType.ASSOCIATION: ("parentID", "childEPCs", "childQuantityList", "action"),
    EventType.TRANSACTION: ("bizTransactionList", "parentID", "epcList", "action"),
    EventType.TRANSFORMATION: ("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID"),
}
_LAST = (
    *("bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList", "quantityList", "childQuantityList"),
    *("sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd"),
)
_WITHIN: Mapping[str, tuple[str, ...]] = {
    "errorDeclaration": ("declarationTime", "reason", CORRECTIVE[0]),
    "quantityElement": ("epcClass", "quantity", "uom"),
    "persistentDisposition": ("unset", "set"),
    "sensorElement": ("sensorMetadata", "sensorReport"),
}
"""The order of the standard's elements within one."""
_WORDS = {**WORDS, "reason": ERROR_REASON}
_TIMES = ("eventTime", "recordTime", "declarationTime", "time", "startTime", "endTime")
_TO_THE_MINUTE = re.compile(r"(.+T\d\d:\d\d)(Z|[+-]\d\d:\d\d)")
_FILLED = ("sourceList", "destinationList", "sensorElementList", "bizTransactionList")
"""Lists that the standard's schema has not without an entry."""


def write_event(body: Body, prefixes: Mapping[str, str]) -> bytes:
    """One event's element, which declares the namespaces it uses. prefixes: by namespace, as its document had them."""
    kind = EventType(str(body["type"]))
    element = etree.Element(kind.value, nsmap=_declared(body, prefixes))
    order = dict.fromkeys((*_HEAD, *_FIRST[kind], *_LAST))
    for name in order:
        if name in body and (body[name] or name not in _FILLED or name in _FIRST[kind]):
            _known(element, name, body[name])
    _others(element, body, order)
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False)


def query_document(events: Iterable[bytes], created: str, query: str, subscription: str | None = None) -> bytes:
    """created: an instant of ISO 8601. query: the name of the query that the events answer."""
    named = f"<queryName>{_escaped(query)}</queryName>"
    if subscription is not None:
        named += f"<subscriptionID>{_escaped(subscription)}</subscriptionID>"
    root = f'<epcisq:EPCISQueryDocument xmlns:epcisq="{_QUERY}" schemaVersion="2.0" creationDate="{created}">'
    start = f"{_DECLARATION}{root}<EPCISBody><epcisq:QueryResults>{named}<resultsBody><EventList>\n"
    end = "</EventList></resultsBody></epcisq:QueryResults></EPCISBody></epcisq:EPCISQueryDocument>\n"
    return b"".join((start.encode(), *(event + b"\n" for event in events), end.encode()))


def document_start(created: str) -> bytes:
    """Of a capture document, up to its events."""
    root = f'<epcis:EPCISDocument xmlns:epcis="{_CAPTURE}" schemaVersion="2.0" creationDate="{created}">'
    return f"{_DECLARATION}{root}<EPCISBody><EventList>\n".encode()


DOCUMENT_END = b"</EventList></EPCISBody></epcis:EPCISDocument>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _declared(body: Body, prefixes: Mapping[str, str]) -> dict[str | None, str]:
    """Namespace by prefix, one prefix each."""
    wanted = {namespace: prefix for prefix, namespace in STANDARD.items()} | {XSD: "xsd"} | dict(prefixes)
    found: dict[str | None, str] = {}
    entries = list(_entries(body))
    types = {text.partition(":")[0] for name, text in entries if name == XSI_TYPE and isinstance(text, str) and ":" in text}
    used = dict.fromkeys(namespace for namespace, prefix in wanted.items() if prefix in types and namespace != STANDARD["xsd"])
    used |= dict.fromkeys(name[1:].rpartition("}")[0] for name, _ in entries if name.startswith("{") and _writable(name))
    for namespace in used:
        given = wanted.get(namespace, "ns")
        base = given if _PREFIX.fullmatch(given) else "ns"
        prefix, count = base, 1
        while prefix in found:
            count += 1
            prefix = f"{base}{count}"
        if namespace != XML:
            found[prefix] = namespace
    return found


def _entries(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping):
        for name, entry in value.items():
            yield name, entry
            yield from _entries(entry)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _entries(entry)


@lru_cache(maxsize=4_096)
def _writable(name: str) -> bool:
    """Whether XML has such a name, which its reader does not take for the standard's."""
    namespace = name[1:].rpartition("}")[0] if name.startswith("{") else None
    if namespace is not None and (namespace in ("", _XMLNS) or is_standard(namespace)):
        return False
    try:
        etree.Element(name)
    except ValueError:
        return False
    return ":" not in name.rpartition("}")[2]


def _known(parent: Element, name: str, value: Value) -> None:
    """One of the standard's own fields."""
    if name in PAIRS:
        entry, words = PAIRS[name]
        below = etree.SubElement(parent, name)
        for one in cast("Sequence[Body]", value):
            element = etree.SubElement(below, entry, {"type": words.uri(_text(one["type"]))} if "type" in one else {})
            element.text = _text(one[entry])
    elif name in ENTRIES or name == CORRECTIVE[0]:
        entry = ENTRIES.get(name, CORRECTIVE[1])
        below = etree.SubElement(parent, name)
        for one in cast("Sequence[Value]", value):
            _known(below, entry, one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            _known(parent, name, one)
    elif name == "certificationInfo":
        _foreign(parent, name, value)
    elif isinstance(value, Mapping):
        _object(etree.SubElement(parent, name), name, value)
    else:
        text = _decimal(value) if name == "quantity" else _time(_text(value)) if name in _TIMES else _text(value)
        etree.SubElement(parent, name).text = _WORDS[name].uri(text) if name in _WORDS else text


def _object(element: Element, name: str, value: Body) -> None:
    if name in ("sensorMetadata", "sensorReport"):
        _sensor(element, name, value)
        return
    order = _WITHIN.get(name, ("id",))
    for field in order:
        if field in value:
            _known(element, field, value[field])
    _others(element, value, order)


def _sensor(element: Element, name: str, value: Body) -> None:
    """All in attributes; what an attribute cannot hold is below."""
    for field, entry in value.items():
        if (isinstance(entry, (Mapping, Sequence)) and not isinstance(entry, str)) or not _writable(field):
            _foreign(element, field, entry)
        else:
            text = _time(_text(entry)) if field in _TIMES else (_foreign_text if field.startswith("{") else _text)(entry)
            words = REPORT_WORDS.get(field) if name == "sensorReport" else None
            element.set(field, words.uri(text) if words else text)


def _others(element: Element, body: Body, known: Iterable[str]) -> None:
    left_out = {*known, "type"}
    for name, value in body.items():
        if name not in left_out:
            _foreign(element, name, value)


def _foreign(parent: Element, name: str, value: Value) -> None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            _foreign(parent, name, entry)
        return
    if name.startswith(IN_ATTRIBUTES) and not isinstance(value, Mapping) and _writable(name) and name not in parent.attrib:
        parent.set(name, _foreign_text(value))
        return
    element = etree.SubElement(parent, name) if _writable(name) else etree.SubElement(parent, FIELD, {"name": _told(name)})
    if not isinstance(value, Mapping):
        element.text = _foreign_text(value)
        return
    element.text = _foreign_text(value.get("#text"))
    for below, entry in value.items():
        if below != "#text":
            _foreign(element, below, entry)


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _told(str(value))


def _foreign_text(value: Value) -> str:
    """A number of another's field is a text in XML, the same one in whatever way it was written."""
    return number_text(str(value)) if isinstance(value, float) else _text(value)


def _told(text: str) -> str:
    """What XML has no writing for, which is no longer captured, as JSON escapes it."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _time(text: str) -> str:
    """With its seconds, as xsd:dateTime has it."""
    return _TO_THE_MINUTE.sub(r"\1:00\2", text)


def _decimal(value: Value) -> str:
    """As xsd:decimal has it, without an exponent, and what is no integer with a point."""
    if not isinstance(value, float):
        return _text(value)
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"
