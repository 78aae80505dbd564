"""EPCIS 2.0 in JSON-LD: capture documents, query documents and single events, read as a stream."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

import ijson

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event, EventType
from api.exchange.epcis.names import Names, addresses_in
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.metered import Metered

CONTEXTS = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
_EVENTS = ("epcisBody.eventList.item", "epcisBody.event", "epcisBody.queryResults.resultsBody.eventList.item")
_RIGHT = f"right is {min(CONTEXTS)!r}, alone or first in a list"


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands beside the events of a document, wherever. bare: the document is one event."""

    context: object
    bare: bool


def read_json(file: IO[bytes], told: Callable[[int], None] | None = None) -> Iterator[Item[Event]]:
    """Of a file that can be read twice: the context may follow the events. Raises `DocumentRefused`."""
    head = _head(file)
    file.seek(0)
    metered = Metered(file, told)
    index = 0
    try:
        for sent in _sent(metered, head):
            yield _item(index, sent, head)
            metered.item_done()
            index += 1
    except ijson.JSONError as error:
        raise _unreadable(error, index) from error


def _sent(metered: Metered, head: _Head) -> Iterator[object]:
    if head.bare:
        yield from ijson.items(metered, "", use_float=True)
        return
    parser = ijson.parse(metered, use_float=True)
    for prefix, kind, _ in parser:
        if prefix in _EVENTS and kind == "start_map":
            yield _built(parser)
        elif prefix in _EVENTS and kind not in ("end_map", "map_key"):
            yield None


def _built(parser: Iterator[tuple[str, str, Any]]) -> object:
    """The object whose start was just met."""
    builder: Any = ijson.ObjectBuilder()
    builder.event("start_map", None)
    depth = 1
    for _, kind, value in parser:
        builder.event(kind, value)
        depth += (kind in ("start_map", "start_array")) - (kind in ("end_map", "end_array"))
        if not depth:
            break
    return builder.value


def _head(file: IO[bytes]) -> _Head:
    context: object = None
    kind: object = None
    seen_body = False
    building: Any = None
    metered = Metered(file)
    try:
        for prefix, event, value in ijson.parse(metered, use_float=True):
            if prefix.startswith("@context") and event != "map_key":
                building = building or ijson.ObjectBuilder()
                building.event(event, value)
            elif building is not None and prefix.startswith("@context."):
                building.event(event, value)
            elif prefix == "type":
                kind = value
            elif prefix == "epcisBody" and event == "start_map":
                seen_body = True
            if prefix in _EVENTS and event == "end_map":
                metered.item_done()
    except ijson.JSONError as error:
        raise _unreadable(error, None) from error
    context = building.value if building is not None else None
    if kind in list(EventType):
        return _Head(context, bare=True)
    if kind not in ("EPCISDocument", "EPCISQueryDocument"):
        raise DocumentRefused(
            DocumentProblem.UNKNOWN_FORMAT, f"found the type {kind!r}; right is EPCISDocument, EPCISQueryDocument, or that of one event"
        )
    if not seen_body:
        raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, "found no epcisBody; right is an object with an eventList")
    if context is None:
        raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found no @context; {_RIGHT}")
    if not CONTEXTS & set(addresses_in(context)):
        raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found a @context without the standard's; {_RIGHT}")
    return _Head(context, bare=False)


def _item(index: int, sent: object, head: _Head) -> Item[Event]:
    given = cast("Mapping[str, object]", sent) if isinstance(sent, Mapping) else dict[str, object]()
    fields = {name: value for name, value in given.items() if name != "@context"}
    names = Names.of(head.context, given.get("@context"))
    expanded = cast("Mapping[str, object]", names.expand(fields))
    if names.problems:
        return Item(index, None, tuple(names.problems))
    event = check_event(expanded, names.used)
    return Item(index, event) if isinstance(event, Event) else Item(index, None, event)


def _unreadable(error: Exception, index: int | None) -> DocumentRefused:
    told = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no JSON"
    where = "" if index is None else f" after {index} events"
    code = DocumentProblem.TRUNCATED if "premature" in told or "ncomplete" in told else DocumentProblem.MALFORMED_DOCUMENT
    return DocumentRefused(code, f"found what is no JSON{where}: {told}; right is one whole document in UTF-8")
