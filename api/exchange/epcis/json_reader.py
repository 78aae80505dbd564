"""EPCIS 2.0 in JSON-LD: capture documents, query documents and single events, read as a stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, cast

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event, EventType
from api.exchange.epcis.json_parts import KINDS, BrokenJson, Built, MeteredJson, Part, built, parts_of, passed
from api.exchange.epcis.names import Names, addresses_in
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from graph.model.problems import Problem, ProblemCode

CONTEXTS = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
_RIGHT = f"right is {min(CONTEXTS)!r}, alone or first in a list"
_EVENTS = frozenset({"eventList", "event", "queryResults"})
_RIGHT_BODY = "right is an eventList, with the events, or queryResults"


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands beside the events of a document, wherever. bare: the document is one event."""

    context: object
    bare: bool


def read_json(file: IO[bytes], told: Callable[[int], None] | None = None) -> Iterator[Item[Event]]:
    """Of a file that can be read twice: the context may follow the events. Raises `DocumentRefused`.

    What is wrong with the document is found before its first event is given.
    """
    head = _head(file)
    file.seek(0)
    metered = MeteredJson(file, told)
    index = 0
    try:
        parts = parts_of(metered)
        for sent in _alone(parts) if head.bare else _Document(parts, build=True).events():
            yield _item(index, sent, head)
            metered.item_done()
            index += 1
    except BrokenJson as error:
        raise _unreadable(error, index) from error


def _alone(parts: Iterator[Part]) -> Iterator[Built]:
    yield built(parts, next(parts))


def _head(file: IO[bytes]) -> _Head:
    metered = MeteredJson(file)
    try:
        document = _Document(parts_of(metered), build=False)
        for _ in document.events():
            metered.item_done()
    except BrokenJson as error:
        raise _unreadable(error, None) from error
    if document.kind in list(EventType):
        return _Head(document.context, bare=True)
    if document.kind not in ("EPCISDocument", "EPCISQueryDocument"):
        found = str(document.kind)[:80]
        raise DocumentRefused(
            DocumentProblem.UNKNOWN_FORMAT, f"found the type {found!r}; right is EPCISDocument, EPCISQueryDocument, or that of one event"
        )
    if document.misplaced:
        raise _malformed(f"found {document.misplaced} outside of epcisBody; right is within it")
    if not document.has_body:
        raise _malformed("found no epcisBody; right is an object with an eventList")
    if document.context is None:
        raise _malformed(f"found no @context; {_RIGHT}")
    if not CONTEXTS & set(addresses_in(document.context)):
        raise _malformed(f"found a @context without the standard's; {_RIGHT}")
    return _Head(document.context, bare=False)


@dataclass(slots=True)
class _Document:
    """What a document has where, as it is read. build: whether its events are, or just passed over."""

    parts: Iterator[Part]
    build: bool
    context: object = None
    kind: object = None
    has_body: bool = False
    misplaced: str | None = None
    _seen: set[str] = field(default_factory=set[str])

    def events(self) -> Iterator[Built]:
        """All that stands where events do. Raises `DocumentRefused` for what does not belong where it is."""
        for name, first in self._members("document", next(self.parts)):
            match name:
                case "@context":
                    self.context = self._once(name, built(self.parts, first))
                case "type":
                    self.kind = self._once(name, built(self.parts, first))
                case "epcisBody":
                    self._once(name, Built())
                    self.has_body = True
                    yield from self._body(first)
                case _:
                    if name in _EVENTS:
                        self.misplaced = name
                    passed(self.parts, first[0])
        for _ in self.parts:  # what follows is no JSON, which its parser tells
            pass

    def _members(self, place: str, first: Part) -> Iterator[tuple[str, Part]]:
        """Of an object, each name with the first part of its value, the rest of which is to be read before the next."""
        if first[0] != "start_map":
            raise _malformed(f"found {KINDS[first[0]]} for the {place}; right is an object")
        for kind, name in self.parts:
            if kind == "end_map":
                return
            yield name, next(self.parts)

    def _once(self, name: str, found: Built) -> object:
        if name in self._seen:
            raise _malformed(f"found {name} twice; right is once")
        self._seen.add(name)
        if found.twice:
            raise _malformed(f"found {found.twice[0]!r} twice in {name}; right is once")
        return found.value

    def _body(self, first: Part) -> Iterator[Built]:
        told = False
        for name, begun in self._members("epcisBody", first):
            if name not in _EVENTS:
                raise _malformed(f"found {name[:80]!r} in epcisBody; {_RIGHT_BODY}")
            self._once(name, Built())
            told = True
            if name == "eventList":
                yield from self._list(begun)
            elif name == "event":
                yield self._event(begun)
            else:
                yield from self._results(begun)
        if not told:
            raise _malformed(f"found an empty epcisBody; {_RIGHT_BODY}")

    def _results(self, first: Part) -> Iterator[Built]:
        told = False
        for name, begun in self._members("queryResults", first):
            match name:
                case "resultsBody":
                    for below, listed in self._members(name, begun):
                        if below != "eventList":
                            raise _malformed(f"found {below[:80]!r} in resultsBody; right is an eventList")
                        self._once(below, Built())
                        told = True
                        yield from self._list(listed)
                case "queryName" | "subscriptionID":
                    passed(self.parts, begun[0])
                case _:
                    raise _malformed(f"found {name[:80]!r} in queryResults; right is queryName, subscriptionID and resultsBody")
        if not told:
            raise _malformed("found queryResults without events; right is a resultsBody with an eventList")

    def _list(self, first: Part) -> Iterator[Built]:
        if first[0] != "start_array":
            found = KINDS.get(first[0], "an object")
            raise _malformed(f"found {found} for the eventList; right is a list, also of one event")
        for part in self.parts:
            if part[0] == "end_array":
                return
            yield self._event(part)

    def _event(self, first: Part) -> Built:
        if self.build:
            return built(self.parts, first)
        passed(self.parts, first[0])
        return Built()


def _item(index: int, sent: Built, head: _Head) -> Item[Event]:
    value = sent.value
    if not isinstance(value, dict):
        found = "a list" if isinstance(value, list) else f"{str(value)[:80]!r}"
        return Item(index, None, (Problem(ProblemCode.MALFORMED, "type", f"found {found}; right is an event, which is an object"),))
    given = cast("dict[str, object]", value)
    fields = {name: value for name, value in given.items() if name != "@context"}
    names = Names.of(head.context, given.get("@context"))
    expanded = cast("dict[str, object]", names.expand(fields))
    twice = (Problem(ProblemCode.DUPLICATE, path, "found the name a second time; right is to give it once") for path in sent.twice)
    if problems := (*twice, *names.problems):
        return Item(index, None, problems)
    event = check_event(expanded, names.used)
    return Item(index, event) if isinstance(event, Event) else Item(index, None, event)


def _malformed(message: str) -> DocumentRefused:
    return DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, message)


def _unreadable(error: BrokenJson, index: int | None) -> DocumentRefused:
    where = "" if index is None else f" after {index} events"
    code = DocumentProblem.TRUNCATED if error.at_end else DocumentProblem.MALFORMED_DOCUMENT
    return DocumentRefused(code, f"found what is no JSON{where}: {error}; right is one whole document in UTF-8")
