"""The parameters of GET /events (EPCIS 2.0, 8.2.7), as far as they are known here."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

import orjson

from api.exchange.epcis.event import Action, EventType
from api.exchange.epcis.fields import milliseconds
from api.exchange.epcis.keys import canonical
from api.exchange.epcis.vocabulary import BIZ_STEP, DISPOSITION, Vocabulary
from graph.epcis_events import EVER, Wanted
from graph.model.identifiers import shown

PER_PAGE = 30
MOST_PER_PAGE = 500
_KNOWN = (
    "eventType",
    "EQ_action",
    "EQ_bizStep",
    "EQ_disposition",
    "EQ_readPoint",
    "EQ_bizLocation",
    "MATCH_epc",
    "EQ_eventID",
    "GE_eventTime",
    "LT_eventTime",
    "perPage",
    "nextPageToken",
)
_VALUES = 100


class BadParameter(ValueError):
    """The message names the parameter, what was found and what would be right."""


def wanted_of(given: Iterable[tuple[str, str]]) -> Wanted:
    """Raises `BadParameter`, also for a parameter that is not known: leaving it out would answer another question."""
    found: dict[str, Any] = {}
    for name, value in given:
        if name not in _KNOWN:
            raise BadParameter(f"found the parameter {shown(name)}; right is one of {', '.join(_KNOWN)}")
        if name in ("perPage", "nextPageToken"):
            continue
        field, values = _read(name, value)
        if field in found:
            raise BadParameter(f"found {name} twice; right is once, several values with commas between them")
        found[field] = values
    return Wanted(**found)


def _read(name: str, value: str) -> tuple[str, Any]:
    values = [one.strip() for one in value.split(",") if one.strip()]
    if not values or len(values) > _VALUES:
        raise BadParameter(f"found {len(values)} values of {name}; right is 1 to {_VALUES}, with commas between them")
    match name:
        case "eventType":
            return "types", [_one_of(name, one, list(EventType)) for one in values]
        case "EQ_action":
            return "actions", [_one_of(name, one, list(Action)) for one in values]
        case "EQ_bizStep":
            return "steps", [_word(name, one, BIZ_STEP) for one in values]
        case "EQ_disposition":
            return "dispositions", [_word(name, one, DISPOSITION) for one in values]
        case "EQ_readPoint":
            return "read_points", [canonical(one) for one in values]
        case "EQ_bizLocation":
            return "locations", [canonical(one) for one in values]
        case "MATCH_epc":
            return "names", [canonical(one) for one in values]
        case "EQ_eventID":
            return "event_ids", values
        case "GE_eventTime":
            return "start", _time(name, value)
        case _:
            return "end", _time(name, value)


def _one_of(name: str, value: str, right: list[Any]) -> str:
    if value not in right:
        raise BadParameter(f"found {name}={shown(value)}; right is one of {', '.join(right)}")
    return value


def _word(name: str, value: str, words: Vocabulary) -> str:
    kept = words.word(value)
    if kept not in words.words and words.unknown(value):
        raise BadParameter(f"found {name}={shown(value)}; right is a URI, or a word of the CBV: {', '.join(sorted(words.words))}")
    return kept


def _time(name: str, value: str) -> int:
    # an address has its `+` for a blank
    found = milliseconds(value.strip().replace(" ", "+"))
    if found is None:
        raise BadParameter(f"found {name}={shown(value)}; right is a time with its offset, such as 2026-03-14T08:30:00Z")
    return found


def per_page(given: str | None) -> int:
    if given is None:
        return PER_PAGE
    if not given.isascii() or not given.isdecimal() or len(given) > 6 or not 1 <= int(given) <= MOST_PER_PAGE:
        raise BadParameter(f"found perPage={shown(given)}; right is 1 to {MOST_PER_PAGE}")
    return int(given)


def token_of(at: int, record: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([at, record])).decode().rstrip("=")


def after_token(token: str | None) -> tuple[int, str] | None:
    if token is None:
        return None
    try:
        at, record = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadParameter(f"found nextPageToken={shown(token)}; right is one from a Link header") from error
    if not isinstance(at, int) or not isinstance(record, str) or abs(at) > EVER:
        raise BadParameter(f"found nextPageToken={shown(token)}; right is one from a Link header")
    return at, record
