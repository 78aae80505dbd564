"""The identity of an event: its hash by CBV 2.0, 8.9, the same for each way of writing the event down.

The algorithm is that of `epcis-event-hash-generator`. Its own readers are not used: they fetch contexts from the network, keep
prefixes from one document to the next, and fail on transactions without a type. It is given what they would make of the event's XML.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from epcis_event_hash_generator import hash_generator

from api.exchange.epcis.event import Body, Event, Value
from api.exchange.epcis.shapes import ENTRIES, PAIRS, REPORT_WORDS, WORDS
from api.exchange.epcis.vocabulary import CBV, GS1, Vocabulary

_COMMENT = "{http://www.w3.org/2000/01/rdf-schema#}comment"
IGNORED = frozenset({"type", "recordTime", "eventID", "errorDeclaration", _COMMENT})
AS_TEXT = "\ue000"
"""Before a text that is to stay one. It is taken out again, and with it any that came with the event, whose hash then is not all of it."""
_OF_NUMBERS = frozenset("+-.0123456789iI \t\n")
_BELOW: Mapping[str, Mapping[str, Vocabulary]] = {"sensorReport": REPORT_WORDS, "persistentDisposition": WORDS}


class Unhashable(ValueError):
    """A value of the event cannot be normalised, such as a number that is out of all range."""


def event_hash(event: Event) -> str:
    """`ni:///sha-256;<64 hexadecimal digits>?ver=CBV2.0`. An event and the declaration that it was wrong have the same."""
    return hash_generator.calculate_hashes_from_pre_hashes([pre_hash(event)])[0]


def pre_hash(event: Event) -> str:
    told = {name: value for name, value in event.body.items() if name not in IGNORED}
    tree = (event.type.value, "", _sorted(_fields(told)))
    found = hash_generator.derive_prehashes_from_events(("EventList", "", [tree]))
    if not found:
        raise Unhashable
    return found[0].replace(AS_TEXT, "")


def _fields(body: Body) -> Iterator[tuple[Any, ...]]:
    for name, value in body.items():
        if name in PAIRS:
            yield name, "", [_pair(cast("Body", one), *PAIRS[name]) for one in cast("Sequence[Value]", value)]
        elif name in ENTRIES:
            yield name, "", [node for one in cast("Sequence[Value]", value) for node in _nodes(ENTRIES[name], one, WORDS)]
        else:
            yield from _nodes(name, value, WORDS)


def _nodes(name: str, value: Value, words: Mapping[str, Vocabulary]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        below = _BELOW.get(name, {})
        children = _sorted(node for key, one in value.items() if key != "#text" for node in _nodes(key, one, below))
        yield name, as_text(value.get("#text")), children
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _nodes(name, one, words)
    else:
        text = as_text(value)
        yield name, words[name].uri(text) if name in words else text, []


def _sorted(nodes: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One is not spelled out, with all below it, to be put in order: where each level has one, that would be done anew for each."""
    found = list(nodes)
    return sorted(found, key=repr) if len(found) > 1 else found


def _pair(one: Body, name: str, words: Vocabulary) -> tuple[Any, ...]:
    thing: tuple[str, str, list[Any]] = (name, as_text(one[name]), [])
    return (("type", words.uri(as_text(one["type"])), []), thing) if "type" in one else thing


def as_text(value: Value) -> str:
    """As in XML, with the CURIEs of the standard written out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    for curie, base in (("gs1:", GS1), ("cbv:", CBV)):
        if text.startswith(curie):
            return base + text.removeprefix(curie)
    return AS_TEXT + text.strip() if _infinite(text) else text


def _infinite(text: str) -> bool:
    """Whether the generator would take it for a number, and fail since there is no such number: a lot may be called 2E400."""
    try:
        return text[:1] in _OF_NUMBERS and math.isinf(float(text))
    except ValueError:
        return False


def number_text(text: str) -> str:
    """What the algorithm makes of a text that looks like a number; any other text as it is."""
    try:
        found = float(text)
        return str(whole if (whole := int(found)) == found else found)
    except (ValueError, OverflowError):
        return text


def short_digest(text: str) -> str:
    """32 hexadecimal digits: of a text that is too long, or too free, for a record's number."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
