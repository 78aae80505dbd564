"""What the body of an event has to say to be among the answers of a query: the parameters that no index knows (EPCIS 2.0, 8.2.7)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from api.exchange.epcis.fields import milliseconds
from api.exchange.epcis.names import STANDARD, tidy
from api.exchange.epcis.patterns import RIGHT, Matches, is_pattern, key_asked, matcher
from api.exchange.epcis.vocabulary import (
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY,
    SENSOR_EXCEPTION,
    TRANSACTION,
    Vocabulary,
)
from graph.model.gs1_keys import canonical
from graph.model.identifiers import shown

Body = Mapping[str, Any]
Keep = Callable[[Body], bool]
Find = Callable[[Body], Iterator[Any]]
_OPERATION = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS|MATCH|WD)_(.+)")
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "GT": lambda one, other: one > other,
    "GE": lambda one, other: one >= other,
    "LT": lambda one, other: one < other,
    "LE": lambda one, other: one <= other,
}
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
MATCHED: Mapping[str, tuple[str, ...]] = {
    "epc": ("epcList", "childEPCs"),
    "parentID": ("parentID",),
    "inputEPC": ("inputEPCList",),
    "outputEPC": ("outputEPCList",),
    "anyEPC": ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"),
    "epcClass": ("quantityList", "childQuantityList"),
    "inputEPCClass": ("inputQuantityList",),
    "outputEPCClass": ("outputQuantityList",),
    "anyEPCClass": _QUANTITIES,
}
"""By what follows MATCH_, where an event names it."""
WORDS: Mapping[str, tuple[str, Vocabulary]] = {
    "errorReason": ("errorDeclaration.reason", ERROR_REASON),
    "persistentDisposition_set": ("persistentDisposition.set", DISPOSITION),
    "persistentDisposition_unset": ("persistentDisposition.unset", DISPOSITION),
    "type": ("sensorElementList.sensorReport.type", MEASUREMENT),
    "exception": ("sensorElementList.sensorReport.exception", SENSOR_EXCEPTION),
    "component": ("sensorElementList.sensorReport.component", COMPONENT),
}
_REPORT, _METADATA = "sensorElementList.sensorReport", "sensorElementList.sensorMetadata"
URIS: Mapping[str, tuple[str, ...]] = {
    "transformationID": ("transformationID",),
    "correctiveEventID": ("errorDeclaration.correctiveEventIDs",),
    **{
        name: (f"{_METADATA}.{name}", f"{_REPORT}.{name}")
        for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")
    },
    **{name: (f"{_REPORT}.{name}",) for name in ("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue")},
}
_TEXTS = {name: (f"{_REPORT}.{name}",) for name in ("stringValue", "booleanValue", "hexBinaryValue")}
PAIRS: Mapping[str, tuple[str, Vocabulary]] = {
    "bizTransaction": ("bizTransactionList", TRANSACTION),
    "source": ("sourceList", PARTY),
    "destination": ("destinationList", PARTY),
}
_TIMES: Mapping[str, tuple[str, ...]] = {
    "errorDeclarationTime": ("errorDeclaration.declarationTime",),
    "errorDeclaration_Time": ("errorDeclaration.declarationTime",),
    "startTime": (f"{_METADATA}.startTime",),
    "endTime": (f"{_METADATA}.endTime",),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "quantity": tuple(f"{name}.quantity" for name in _QUANTITIES),
    "percRank": (f"{_REPORT}.percRank",),
}
_MEASURED = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
_EXISTING = ("errorDeclaration", "sensorElementList", "ilmd")
_SECTIONS: Mapping[str, str] = {
    "ILMD_": "ilmd",
    "ERROR_DECLARATION_": "errorDeclaration",
    "SENSORELEMENT_": "sensorElementList",
    "SENSORMETADATA_": _METADATA,
    "SENSORREPORT_": _REPORT,
}
KNOWN = (
    *(f"MATCH_{name}" for name in MATCHED),
    *("WD_readPoint", "WD_bizLocation"),
    *(f"EQ_{name}" for name in (*WORDS, *URIS, *_TEXTS)),
    *(f"EQ_{name}_<type>" for name in PAIRS),
    *(f"<op>_{name}" for name in _NUMBERS),
    *(f"<op>_{name}_<unit>" for name in _MEASURED),
    *(f"{operation}_{name}" for name in _TIMES for operation in ("GE", "LT")),
    *(f"EXISTS_{name}" for name in _EXISTING),
    *(f"<op>_{section}<field>" for section in ("", *_SECTIONS)),
    *(f"<op>_INNER_{section}<field>" for section in ("", *_SECTIONS)),
)


class BadParameter(ValueError):
    """The message names the parameter, what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class Condition:
    """names: canonical keys of which the event names one at the least, where that is known; an index finds them."""

    keep: Keep
    names: tuple[str, ...] | None = None


def condition(name: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Condition | None:
    """None for a parameter that is not known. values: none of one that has none. prefixes: of others' namespaces. Raises `BadParameter`."""
    if name.startswith(("HASATTR_", "EQATTR_")):
        raise BadParameter(
            f"found the parameter {shown(name)}, which asks for attributes of master data about places and other vocabularies: none "
            "are kept; right is a parameter about the events, such as EQ_bizLocation, or EQ_ or EXISTS_ with a field of another origin"
        )
    found = _OPERATION.fullmatch(name)
    if found is None:
        return None
    operation, field = found[1], found[2]
    match operation:
        case "MATCH":
            return _matching(name, MATCHED[field], _some(name, values)) if field in MATCHED else None
        case "WD":
            return Condition(_within(field, _some(name, values))) if field in ("readPoint", "bizLocation") else None
        case "EXISTS":
            if [one for one in values if one != "true"]:
                raise BadParameter(f"found {name}={shown(values[0])}; right is true, or nothing")
            wanted = _at(field) if field in _EXISTING else _field(name, field, prefixes)
            return Condition(lambda body: any(True for _ in wanted(body)))
        case "EQ":
            keep = _equal(name, field, _some(name, values), prefixes)
        case _:
            keep = _compared(name, operation, field, _some(name, values), prefixes)
    return Condition(keep)


def _some(name: str, values: Sequence[str]) -> Sequence[str]:
    if not values:
        raise BadParameter(f"found no value of {name}; right is one at the least, several with commas between them")
    return values


def _matching(name: str, fields: tuple[str, ...], values: Sequence[str]) -> Condition:
    exact = {key_asked(one) for one in values if not is_pattern(one)}
    patterns = [_pattern(name, one) for one in values if is_pattern(one)]

    def keep(body: Body) -> bool:
        named = (canonical(one) for field in fields for one in _named(body.get(field)))
        return any(one in exact or any(matches(one) for matches in patterns) for one in named)

    return Condition(keep, None if patterns else tuple(exact))


def _pattern(name: str, value: str) -> Matches:
    found = matcher(value)
    if found is None:
        raise BadParameter(f"found {name}={shown(value)}; right is {RIGHT}")
    return found


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield str(cast("Body", value)["epcClass"])
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _named(one)


def _within(field: str, values: Sequence[str]) -> Keep:
    """Of places, those below another are known by their keys alone: the extensions of a GLN."""
    places = [key_asked(one) for one in values]

    def keep(body: Body) -> bool:
        place = canonical(str(cast("Body", body.get(field) or {}).get("id", "")))
        return any(place == one or place.startswith(f"{one}/254/") for one in places)

    return keep


def _equal(name: str, field: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Keep:
    if field in WORDS:
        path, words = WORDS[field]
        wanted = {words.word(one) for one in values}
        find = _at(path)
        return lambda body: any(one in wanted for one in find(body))
    if field in URIS:
        uris = {canonical(one) for one in values}
        find = _at(*URIS[field])
        return lambda body: any(canonical(str(one)) in uris for one in find(body))
    pair, _, kind = field.partition("_")
    if pair in PAIRS and kind:
        return _paired(pair, kind, values)
    if numbers := _numeric(field):
        amounts = {_number(name, one) for one in values}
        return lambda body: any(_as_number(one) in amounts for one in numbers(body))
    find = _at(*_TEXTS[field]) if field in _TEXTS else _field(name, field, prefixes)
    return _same(find, values)


def _same(find: Find, values: Sequence[str]) -> Keep:
    """Texts as texts, since the lots 7 and 007 are two; numbers of JSON as numbers, times as instants."""
    texts = set(values)
    exact = {number for one in values if (number := _exact(one)) is not None}
    moments = {moment for one in values if (moment := milliseconds(one.replace(" ", "+"))) is not None}

    def same(one: Any) -> bool:
        if isinstance(one, (int, float)) and not isinstance(one, bool):
            return _exact(str(one)) in exact
        text = _as_text(one)
        return text in texts or (bool(moments) and milliseconds(text) in moments)

    return lambda body: any(map(same, find(body)))


def _paired(pair: str, kind: str, values: Sequence[str]) -> Keep:
    field, words = PAIRS[pair]
    kept, wanted = words.word(kind), {key_asked(one) for one in values}

    def keep(body: Body) -> bool:
        entries = cast("list[Body]", body.get(field, []))
        return any(one.get("type") == kept and canonical(str(one[pair])) in wanted for one in entries)

    return keep


def _compared(name: str, operation: str, field: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Keep:
    if len(values) != 1:
        raise BadParameter(f"found {len(values)} values of {name}; right is one")
    compare, value = _COMPARED[operation], values[0]
    if field in _TIMES:
        if operation not in ("GE", "LT"):
            raise BadParameter(f"found {name}; right is GE_{field} or LT_{field}")
        return _in_time(compare, time_of(name, value), _at(*_TIMES[field]))
    numbers = _numeric(field)
    find = numbers or _field(name, field, prefixes)
    moment = None if numbers else milliseconds(value.replace(" ", "+"))
    if moment is not None:
        return _in_time(compare, moment, find)
    limit = _number(name, value)
    return lambda body: any(compare(one, limit) for one in map(_as_number, find(body)) if one is not None)


def _in_time(compare: Callable[[float, float], bool], limit: int, find: Find) -> Keep:
    def keep(body: Body) -> bool:
        return any(compare(one, limit) for one in (milliseconds(str(found)) for found in find(body)) if one is not None)

    return keep


def _numeric(field: str) -> Find | None:
    """Of a field of the standard that is a number; with its unit, where the name has one."""
    if field in _NUMBERS:
        return _at(*_NUMBERS[field])
    measured, _, unit = field.partition("_")
    if measured not in _MEASURED:
        return None
    reports = _at(_REPORT)

    def find(body: Body) -> Iterator[Any]:
        return (one[measured] for one in reports(body) if measured in one and (not unit or one.get("uom") == unit))

    return find


def _field(name: str, field: str, prefixes: Mapping[str, str]) -> Find:
    """Another's field, where a section of the event has it, or anywhere below."""
    inner = field.startswith("INNER_")
    rest = field.removeprefix("INNER_")
    section = next((one for one in _SECTIONS if rest.startswith(one)), "")
    names = _expanded(name, rest.removeprefix(section), prefixes)
    sections = _at(_SECTIONS[section]) if section else _itself

    def find(body: Body) -> Iterator[Any]:
        for one in sections(body):
            for value in _below(one, names, 60) if inner else (one[key] for key in names if key in one):
                yield from _flat(value)

    return find


def _itself(body: Body) -> Iterator[Any]:
    yield body


def _expanded(name: str, field: str, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    namespace, hash_, local = field.rpartition("#")
    if hash_ and ":" in namespace and local:
        return (f"{{{tidy(namespace)}}}{local}", f"{{{namespace}#}}{local}")
    prefix, colon, local = field.partition(":")
    known = {**STANDARD, **prefixes}
    if colon and local and prefix in known:
        return (f"{{{tidy(known[prefix])}}}{local}",)
    right = f"right is one of {', '.join(KNOWN)}, a <field> of another origin as <namespace>#<name>, or as <prefix>:<name>"
    raise BadParameter(f"found the parameter {shown(name)}; {right} with the header GS1-Extensions: <prefix>=<namespace>")


def _below(value: Any, names: tuple[str, ...], depth: int) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, entry in cast("Body", value).items():
            if key in names:
                yield entry
            yield from _below(entry, names, depth - 1)
    elif isinstance(value, list):
        for entry in cast("list[Any]", value):
            yield from _below(entry, names, depth - 1)


def _at(*paths: str) -> Find:
    """The values at these places, of lists each."""

    def find(body: Body) -> Iterator[Any]:
        for path in paths:
            found: list[Any] = [body]
            for step in path.split("."):
                found = [below for one in found if isinstance(one, Mapping) and step in one for below in _flat(one[step])]
            yield from found

    return find


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _flat(one)
    else:
        yield value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(cast("Body", value).get("#text", "") if isinstance(value, Mapping) else value).strip()


def _exact(text: str) -> Decimal | None:
    """A number as it is written: two that no floating-point number tells apart are two."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _number(name: str, value: str) -> float:
    found = _as_number(value)
    if found is None:
        raise BadParameter(f"found {name}={shown(value)}; right is a number")
    return found


def time_of(name: str, value: str) -> int:
    # an address has its `+` for a blank
    found = milliseconds(value.strip().replace(" ", "+"))
    if found is None:
        raise BadParameter(f"found {name}={shown(value)}; right is a time with its offset, such as 2026-03-14T08:30:00Z")
    return found
