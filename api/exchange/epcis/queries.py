"""The parameters of GET /events (EPCIS 2.0, 8.2.7): what an index of the graph knows, and conditions on what an event says."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from api.exchange.epcis.asked import check
from api.exchange.epcis.event import Action, EventType
from api.exchange.epcis.filters import KNOWN, BadParameter, Condition, Keep, condition, time_of
from api.exchange.epcis.patterns import key_asked
from api.exchange.epcis.vocabulary import BIZ_STEP, DISPOSITION
from graph.events.wanted import EVER, Order, Place, Wanted
from graph.model.identifiers import shown

PER_PAGE = 30
MOST_PER_PAGE = 500
MOST_COUNTED = 10_000
_INDEXED = ("eventType", "EQ_action", "EQ_bizStep", "EQ_disposition", "EQ_readPoint", "EQ_bizLocation", "EQ_eventID")
_TIMES = {"GE_eventTime": "start", "LT_eventTime": "end", "GE_recordTime": "recorded_start", "LT_recordTime": "recorded_end"}
_ORDERS = {"eventTime": Order.EVENT_TIME, "recordTime": Order.RECORD_TIME}
_ORDERING = ("orderBy", "orderDirection", "eventCountLimit", "maxEventCount")
PAGING = ("perPage", "nextPageToken")
_KNOWN = (*_INDEXED, *_TIMES, *KNOWN, *_ORDERING, *PAGING)
_VALUES = 100
FROM_A_LINK = "right is one from a Link header"


@dataclass(frozen=True, slots=True)
class Counts:
    """limit: how many events come at the most, over all pages. largest: how many there may be without a refusal."""

    limit: int | None = None
    largest: int | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """Where a page goes on, up to which record time, in ms, and how many events may still come."""

    place: Place
    until: int
    left: int | None = None


def wanted_of(given: Iterable[tuple[str, str]], prefixes: Mapping[str, str] | None = None, *, kept: bool = False) -> Wanted:
    """Raises `BadParameter`, also for a parameter that is not known: leaving it out would answer another question; and for a value that
    no event can have, unless it was kept with a query.

    prefixes: namespaces of others' fields.
    """
    found: dict[str, Any] = {}
    conditions: list[Condition] = []
    seen = set[str]()
    for name, value in given:
        if name in seen:
            raise BadParameter(f"found {name} twice; right is once, several values with commas between them")
        seen.add(name)
        if name in (*PAGING, "eventCountLimit", "maxEventCount"):
            continue
        values = [one.strip() for one in value.split(",") if one.strip()]
        if len(values) > _VALUES or not (values or name.startswith("EXISTS_")):
            raise BadParameter(f"found {len(values)} values of {shown(name)}; right is 1 to {_VALUES}, with commas between them")
        if not kept:
            check(name, values)
        if name in _TIMES:
            found[_TIMES[name]] = time_of(name, value)
        elif name in _INDEXED:
            field, values = _indexed(name, values)
            found[field] = values
        elif name == "orderBy":
            found["order"] = _ORDERS[_one_of(name, value, list(_ORDERS))]
        elif name == "orderDirection":
            found["descending"] = _one_of(name, value, ["ASC", "DESC"]) == "DESC"
        else:
            known = condition(name, values, prefixes or {})
            if known is None:
                raise BadParameter(f"found the parameter {shown(name)}; right is one of {', '.join(_KNOWN)}")
            conditions.append(known)
    return _ordered(found, seen, conditions)


def _ordered(found: dict[str, Any], seen: set[str], conditions: Sequence[Condition]) -> Wanted:
    if "orderDirection" in seen and "orderBy" not in seen:
        raise BadParameter("found orderDirection without orderBy; right is both, or neither")
    if "orderBy" in seen:
        found.setdefault("descending", True)
    elif seen & {"GE_recordTime", "LT_recordTime"} and not seen & {"GE_eventTime", "LT_eventTime"}:
        found["order"] = Order.RECORD_TIME
    # of several lists of keys the shortest leaves least to look at
    named = sorted((one.names for one in conditions if one.names is not None), key=len)
    return Wanted(**found, names=named[0] if named else None, keep=_all_of([one.keep for one in conditions]))


def _all_of(conditions: Sequence[Keep]) -> Callable[[Mapping[str, Any]], bool] | None:
    return (lambda body: all(keep(body) for keep in conditions)) if conditions else None


def _indexed(name: str, values: Sequence[str]) -> tuple[str, list[str]]:
    match name:
        case "eventType":
            return "types", [_one_of(name, one, list(EventType)) for one in values]
        case "EQ_action":
            return "actions", [_one_of(name, one, list(Action)) for one in values]
        case "EQ_bizStep":
            return "steps", [BIZ_STEP.word(one) for one in values]
        case "EQ_disposition":
            return "dispositions", [DISPOSITION.word(one) for one in values]
        case "EQ_readPoint":
            return "read_points", [key_asked(one) for one in values]
        case "EQ_bizLocation":
            return "locations", [key_asked(one) for one in values]
        case _:
            return "event_ids", list(values)


def _one_of(name: str, value: str, right: Sequence[str]) -> str:
    if value not in right:
        raise BadParameter(f"found {name}={shown(value)}; right is one of {', '.join(right)}")
    return value


def prefixes_of(header: str | None) -> dict[str, str]:
    """Of a GS1-Extensions header: `prefix=namespace`, several with commas between them."""
    found: dict[str, str] = {}
    for part in (header or "").split(","):
        prefix, equals, namespace = part.strip().partition("=")
        if part.strip() and not (equals and prefix and namespace):
            raise BadParameter(f"found GS1-Extensions: {shown(part.strip())}; right is <prefix>=<namespace>")
        if equals:
            found[prefix.strip()] = namespace.strip()
    return found


def counts_of(limit: str | None, largest: str | None) -> Counts:
    """Of eventCountLimit and maxEventCount."""
    if limit is not None and largest is not None:
        raise BadParameter("found eventCountLimit and maxEventCount; right is one of them")
    return Counts(_count("eventCountLimit", limit, EVER), _count("maxEventCount", largest, MOST_COUNTED))


def per_page(given: str | None, most: int = MOST_PER_PAGE) -> int:
    return _count("perPage", given, most) or PER_PAGE


def _count(name: str, given: str | None, most: int) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 16 or not 1 <= int(given) <= most:
        raise BadParameter(f"found {name}={shown(given)}; right is 1 to {most}")
    return int(given)


def token_of(following: Following) -> str:
    at, record = following.place
    return page_token([at, record, following.until, following.left])


def following_of(token: str | None) -> Following | None:
    if token is None:
        return None
    match place_of_token(token):
        case [int(at), str(record), int(until), int() | None as left] if (
            _whole(at) and _whole(until) and (left is None or (_whole(left) and left > 0))
        ):
            return Following((at, record), until, left)
        case _:
            raise BadParameter(f"found nextPageToken={shown(token)}; {FROM_A_LINK}")


def page_token(place: str | Sequence[str | int | None]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_of_token(token: str) -> Any:
    """What `page_token` was given, unless somebody else made the token. Raises `BadParameter`."""
    try:
        return orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadParameter(f"found nextPageToken={shown(token)}; {FROM_A_LINK}") from error


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= EVER
