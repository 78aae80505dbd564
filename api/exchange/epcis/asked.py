"""Values of queries that no event can have: a query that could only find nothing is refused, and says why (EPCIS 2.0, 8.2.7)."""

from collections.abc import Sequence

from api.exchange.epcis import fields as read
from api.exchange.epcis.fields import Reader, Reading
from api.exchange.epcis.filters import MATCHED, PAIRS, URIS, WORDS, BadParameter
from api.exchange.epcis.patterns import RIGHT, is_elements, is_pattern
from api.exchange.epcis.vocabulary import BIZ_STEP, DISPOSITION
from graph.model.gs1_names import key_in_elements
from graph.model.identifiers import shown

_PLACES = ("readPoint", "bizLocation")
_RIGHT_KEY = "a key as an EPC URN, a Digital Link or an element string, or another URI that events have"
_FIELDS: dict[str, Reader] = {
    "EQ_bizStep": read.word(BIZ_STEP),
    "EQ_disposition": read.word(DISPOSITION),
    "EQ_eventID": read.uri,
    **{f"EQ_{name}": read.uri for name in URIS},
    **{f"EQ_{name}": read.word(words) for name, (_, words) in WORDS.items()},
}


def check(name: str, values: Sequence[str]) -> None:
    """By the rules for what is captured. Raises `BadParameter`. Of other parameters nothing is said."""
    operation, _, field = name.partition("_")
    pair, _, kind = field.partition("_")
    if operation == "MATCH" and field in MATCHED:
        for value in values:
            if not is_pattern(value):
                _check_key(name, value, RIGHT)
    elif operation in ("EQ", "WD") and field in _PLACES:
        for value in values:
            _check_key(name, value, _RIGHT_KEY)
    elif operation == "EQ" and pair in PAIRS and kind:
        _check(f"EQ_{pair}_<type>", kind, read.word(PAIRS[pair][1]))
        for value in values:
            if pair == "bizTransaction":
                _check(name, value, read.uri)
            else:
                _check_key(name, value, _RIGHT_KEY)
    elif name in _FIELDS:
        for value in values:
            _check(name, value, _FIELDS[name])


def _check_key(name: str, value: str, right: str) -> None:
    if is_elements(value):
        key = key_in_elements(value)
        if isinstance(key, str):
            raise BadParameter(f"found {name}={shown(value)}, which {key}; right is {right}")
    else:
        _check(name, value, read.key, right)


def _check(name: str, value: str, reader: Reader, right: str | None = None) -> None:
    """right: instead of what the reader says of a text that is no URI at all."""
    reading = Reading()
    reader(reading, name, value)
    if reading.problems:
        said = reading.problems[0].message.partition("; right is ")[2]
        raise BadParameter(f"found {name}={shown(value)}; right is {right if right and ':' not in value else said}")
