"""By what an event is kept: its hash, and a digest of all that it says where the hash does not say all of it.

The algorithm of CBV 2.0, 8.9, takes texts that look like numbers for numbers, and joins names and values without marks between them: events
that say something else may have one hash. Such an event has the digest too, whichever came first, so that none is taken for another.
Of events whose hash is plain, which are most, it is the hash alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from api.exchange.epcis.event import Body, Event, Value
from api.exchange.epcis.fields import milliseconds
from api.exchange.epcis.hashing import AS_TEXT, IGNORED, as_text, number_text, short_digest
from graph.model.gs1_keys import canonical

_ORDERED = orjson.OPT_SORT_KEYS
_MARKS = frozenset({"=", "{", AS_TEXT})


@dataclass(frozen=True, slots=True)
class Identity:
    """hashed: 64 hexadecimal digits. told: those, and the digest where there is one. kept: that, and a digest of an error declaration."""

    hashed: str
    told: str
    kept: str

    @classmethod
    def of(cls, event: Event, event_hash: str) -> "Identity":
        digits = event_hash.partition(";")[2].partition("?")[0]
        body = {name: value for name, value in event.body.items() if name not in IGNORED}
        told = digits if _is_plain(body) else f"{digits}-{_digest(_exact('', body))}"
        kept = told if event.error is None else f"{told}.{_digest(_exact('', event.error))}"
        return cls(digits, told, kept)

    @classmethod
    def kept_as(cls, kept: str) -> "Identity":
        """Of an event that was captured before, by the rules of that time."""
        told = kept.partition(".")[0]
        return cls(told.partition("-")[0], told, kept)


def _digest(value: Any) -> str:
    return short_digest(orjson.dumps(value, option=_ORDERED).decode())[:16]


def _is_plain(body: Body) -> bool:
    """Whether no other event has the same hash, but by chance."""
    ilmd = body.get("ilmd")
    if isinstance(ilmd, Mapping) and any(_there(ilmd)) and any(name.startswith("{") for name, _ in _there(body)):
        return False
    return all(_plain(name, value, foreign=name.startswith("{")) for name, value in _there(body))


def _plain(name: str, value: Value, *, foreign: bool) -> bool:
    """foreign: of others, where the hash has no order of its own, and tells no levels apart."""
    if isinstance(value, Mapping) and list(value) == ["#text"]:
        value = value["#text"]  # as XML says it
    if isinstance(value, Mapping):
        below = name == "ilmd"
        if foreign or "#text" in value or (not below and any(key.startswith("{") for key, _ in _there(value))):
            return False
        return all(_plain(key, one, foreign=below) for key, one in _there(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(_plain(name, one, foreign=foreign) for one in value)
    text = as_text(value).strip()
    if (foreign and (not text or _MARKS.intersection(name[1:]))) or _MARKS.intersection(canonical(text)):
        return False
    if name == "set" and text.endswith("un"):  # with the next value after it the hash reads on as `unset`
        return False
    if _is_time(name):
        return milliseconds(text) is not None
    return isinstance(value, float) or number_text(text) == text


def _there(body: Body) -> Iterator[tuple[str, Value]]:
    """Of an empty list XML has nothing."""
    return ((name, value) for name, value in body.items() if not _nothing(value))


def _nothing(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(map(_nothing, value))


def _exact(name: str, value: Value) -> Any:
    """The same for each way of writing it down: without the order of lists; a list of one is its entry."""
    if isinstance(value, Mapping):
        entries = {key: _exact(key, one) for key, one in _there(value)}
        return entries.get("#text", "") if entries.keys() <= {"#text"} else entries
    if isinstance(value, Sequence) and not isinstance(value, str):
        found = list(_flat(name, value))
        return found[0] if len(found) == 1 else sorted(found, key=lambda one: orjson.dumps(one, option=_ORDERED))
    return _leaf(name, value)


def _flat(name: str, values: Sequence[Value]) -> Iterator[Any]:
    for one in values:
        if isinstance(one, Sequence) and not isinstance(one, str):
            yield from _flat(name, one)
        else:
            yield _exact(name, one)


def _leaf(name: str, value: Value) -> str:
    """A text as it is, without the blanks around it, a key and a time in one spelling; a number as the hash has it, if that is exact."""
    if isinstance(value, float):
        return number_text(str(value))
    text = as_text(value).strip()
    if _is_time(name) and (moment := milliseconds(text)) is not None:
        return f"@{moment}"
    return canonical(text)


def _is_time(name: str) -> bool:
    """By the rule of the hash."""
    return "time" in name.lower() and "offset" not in name.lower()
