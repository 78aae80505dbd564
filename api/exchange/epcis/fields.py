"""How each field of an event is read: from the text or value of any of the formats into the one of the body, or a problem."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias, cast

from api.exchange.epcis.event import Value
from api.exchange.epcis.names import IN_ATTRIBUTES, STANDARD
from api.exchange.epcis.vocabulary import COMPONENT, ERROR_REASON, MEASUREMENT, PARTY, SENSOR_EXCEPTION, TRANSACTION, Vocabulary
from api.exchange.xml_stream import ATTRIBUTES
from graph.model.gs1_keys import class_alone, malformed_key, malformed_urn
from graph.model.identifiers import shown
from graph.model.problems import Problem, ProblemCode

TEXT_LENGTH = 2_000
LARGE = 2**63
"""Whole numbers from here on no database keeps."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_OFFSET = re.compile(r"[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00")
_TIME = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{{1,12}})?)?(Z|{_OFFSET.pattern})", re.ASCII)
_HEX = re.compile(r"([0-9A-Fa-f]{2})*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no writing for."""


@dataclass(slots=True)
class Reading:
    """What is wrong with one event, as it is found. namespaces: of the names in it."""

    problems: list[Problem] = field(default_factory=list[Problem])
    namespaces: set[str] = field(default_factory=set[str])

    def wrong(self, code: ProblemCode, path: str, message: str) -> None:
        self.problems.append(Problem(code, path, message))

    def unfit(self, path: str, value: object, right: str, code: ProblemCode = ProblemCode.MALFORMED) -> None:
        self.wrong(code, path, f"found {shown(value) if isinstance(value, str) else _kind(value)}; right is {right}")


Reader: TypeAlias = Callable[[Reading, str, object], Value]
Fields: TypeAlias = Mapping[str, Reader]


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return f"{value!r:.40}" if isinstance(value, (int, float)) else "an object" if isinstance(value, Mapping) else "a list"


def text(reading: Reading, path: str, value: object) -> Value:
    if not isinstance(value, str) or not value.strip():
        reading.unfit(path, value, "a text")
        return None
    if len(value) > TEXT_LENGTH:
        reading.unfit(path, value, f"a text of at most {TEXT_LENGTH:,} characters", ProblemCode.TOO_LONG)
    if CONTROL.search(value):
        reading.unfit(path, value, "a text without control characters", ProblemCode.CONTROL_CHARACTER)
    return value.strip()


def uri(reading: Reading, path: str, value: object) -> Value:
    found = text(reading, path, value)
    if isinstance(found, str) and not _URI.fullmatch(found):
        reading.unfit(path, found, "a URI, such as an EPC URN or a GS1 Digital Link")
    elif isinstance(found, str) and (problem := malformed_urn(found)):
        reading.unfit(path, found, problem)
    return found


def key(reading: Reading, path: str, value: object) -> Value:
    """A URI that names a thing, a class of things, or a place."""
    found = uri(reading, path, value)
    if isinstance(found, str) and not malformed_urn(found) and (problem := malformed_key(found)):
        reading.unfit(path, found, problem)
    return found


def thing(reading: Reading, path: str, value: object) -> Value:
    """A URI of one thing: a pattern (`urn:epc:idpat:…`), a GTIN without a serial number and a lot are of a class."""
    found = key(reading, path, value)
    if isinstance(found, str) and (found.startswith("urn:epc:idpat:") or class_alone(found)):
        right = "the key of one thing, such as urn:epc:id:sgtin:6901234.000001.A1"
        reading.unfit(path, found, f"{right}; a pattern, a product and a lot go into a quantity's epcClass")
    return found


def instant(reading: Reading, path: str, value: object) -> Value:
    found = text(reading, path, value)
    if isinstance(found, str) and milliseconds(found) is None:
        right = "a time with its offset, such as 2026-03-14T08:30:00+08:00 (xsd:dateTimeStamp)"
        reading.unfit(path, found, right, ProblemCode.MALFORMED_TIME)
    return found


def milliseconds(value: str) -> int | None:
    """Since 1970; None for what is no time of the years 1900 to 9998 with an offset."""
    if not _TIME.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return math.floor(found.timestamp() * 1000 + 0.5) if 1900 <= found.year <= 9998 else None


def offset(reading: Reading, path: str, value: object) -> Value:
    found = text(reading, path, value)
    if isinstance(found, str) and not _OFFSET.fullmatch(found):
        reading.unfit(path, found, "an offset of -14:00 to +14:00, such as +08:00", ProblemCode.MALFORMED_TIME)
    return found


def number(reading: Reading, path: str, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        reading.unfit(path, value, "a number")
        return None
    if abs(value) >= (LARGE if isinstance(value, int) else math.inf):
        reading.unfit(path, value, "a number that databases keep, of up to 18 digits before the point, or a text", ProblemCode.OUT_OF_RANGE)
        return None
    return value


def flag(reading: Reading, path: str, value: object) -> Value:
    if not isinstance(value, bool):
        reading.unfit(path, value, "true or false")
        return None
    return value


def hexadecimal(reading: Reading, path: str, value: object) -> Value:
    found = text(reading, path, value)
    if isinstance(found, str) and not _HEX.fullmatch(found):
        reading.unfit(path, found, "an even number of hexadecimal digits")
    return found


def word(vocabulary: Vocabulary) -> Reader:
    """A word of the CBV, kept bare, or another's URI."""

    def read(reading: Reading, path: str, value: object) -> Value:
        found = text(reading, path, value)
        if not isinstance(found, str):
            return None
        kept = vocabulary.word(found)
        if kept not in vocabulary.words and vocabulary.unknown(found):
            right = f"a URI of one's own, or a word of the CBV: {', '.join(sorted(vocabulary.words))}"
            reading.unfit(path, found, right, ProblemCode.NOT_LISTED)
        return kept

    return read


def listed(read_one: Reader, *, empty: bool = True, most: int | None = None) -> Reader:
    def read(reading: Reading, path: str, value: object) -> Value:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            reading.unfit(path, value, "a list")
            return None
        entries = cast("Sequence[object]", value)
        if not entries and not empty:
            reading.wrong(ProblemCode.EMPTY, path, "found an empty list; right is an entry at least, or no list")
        if most is not None and len(entries) > most:
            reading.wrong(ProblemCode.TOO_LONG, path, f"found {len(entries):,} entries; right is {most:,} at most")
        return [read_one(reading, f"{path}[{place}]", entry) for place, entry in enumerate(entries)]

    return read


def one_or_more(read_one: Reader) -> Reader:
    many = listed(read_one)

    def read(reading: Reading, path: str, value: object) -> Value:
        return (many if isinstance(value, list) else read_one)(reading, path, cast("object", value))

    return read


def entity(fields: Fields, *mandatory: str, extended: bool = True, flat: bool = False) -> Reader:
    """An object with these fields, and with others' of a namespace where it may be extended. flat: whether XML has all in attributes."""

    def read(reading: Reading, path: str, value: object) -> Value:
        if not isinstance(value, Mapping):
            reading.unfit(path, value, "an object")
            return None
        sent = cast("Mapping[str, object]", value)
        if flat and len(sent) > ATTRIBUTES:
            _too_many(reading, path, len(sent))
            return None
        return read_fields(reading, path, sent, fields, mandatory, extended=extended)

    return read


def _too_many(reading: Reading, path: str, count: int) -> None:
    message = f"found {count:,} fields, which are attributes in XML; right is at most {ATTRIBUTES:,}, or an object for them"
    reading.wrong(ProblemCode.TOO_LONG, path, message)


def _check_attributes(reading: Reading, path: str, sent: Mapping[str, object]) -> None:
    if len(sent) > ATTRIBUTES and (count := sum(name.startswith(IN_ATTRIBUTES) for name in sent)) > ATTRIBUTES:
        _too_many(reading, path, count)


def read_fields(
    reading: Reading, path: str, sent: Mapping[str, object], fields: Fields, mandatory: Sequence[str], *, extended: bool
) -> dict[str, Value]:
    read: dict[str, Value] = {}
    head = f"{path}." if path else ""
    _check_attributes(reading, path or "type", sent)
    for name, value in sent.items():
        if name in fields:
            read[name] = fields[name](reading, head + name, value)
        elif name.startswith("{") and extended:
            if name.startswith(_OWN):
                right = f"right is {local(name)} without a prefix, or a name of another namespace"
                reading.wrong(ProblemCode.UNEXPECTED, head + local(name), f"found a name of the standard's with its prefix; {right}")
            _check_name(reading, head + local(name), name)
            read[name] = foreign(reading, head + local(name), value)
        elif name not in ("rdfs:comment", "comment"):
            reading.wrong(ProblemCode.UNEXPECTED, head + local(name), _UNEXPECTED if extended else _UNEXPECTED_HERE)
    for name in mandatory:
        if name not in sent:
            reading.wrong(ProblemCode.MISSING, head + name, "found nothing; right is a value, which is mandatory here")
    return read


_OWN = f"{{{STANDARD['epcis']}}}"
_UNEXPECTED = "found a field that the standard does not have here; right is to leave it out, or to give it a namespace of its own"
_UNEXPECTED_HERE = "found a field that the standard does not have here, where it allows no extensions; right is to leave it out"


def local(name: str) -> str:
    return name.rpartition("}")[2]


def _check_name(reading: Reading, path: str, name: str) -> None:
    if CONTROL.search(name):
        reading.unfit(path, name, "a name without control characters", ProblemCode.CONTROL_CHARACTER)
    if name.startswith("{"):
        reading.namespaces.add(name.rpartition("}")[0])


def foreign(reading: Reading, path: str, value: object) -> Value:
    """What belongs to another namespace is kept as it is."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        _check_attributes(reading, path, entries)
        for name in entries:
            _check_name(reading, f"{path}.{local(name)}", name)
        return {name: foreign(reading, f"{path}.{local(name)}", entry) for name, entry in entries.items()}
    if isinstance(value, list):
        return [foreign(reading, f"{path}[{place}]", entry) for place, entry in enumerate(cast("list[object]", value))]
    if isinstance(value, str):
        if CONTROL.search(value):
            reading.unfit(path, value, "a text without control characters", ProblemCode.CONTROL_CHARACTER)
        return value
    if value is None or isinstance(value, bool):
        return value
    return number(reading, path, value)


def extensions_alone(reading: Reading, path: str, value: object) -> Value:
    return entity({})(reading, path, value)


def certification(reading: Reading, path: str, value: object) -> Value:
    """A URI, which XML's anyURI lets be any text, or an object of the GS1 web vocabulary, whose dates are dates."""
    if not isinstance(value, Mapping):
        return text(reading, path, value)
    if not value:
        reading.wrong(ProblemCode.EMPTY, path, "found an empty object; right is what it certifies, or a URI")
    _dates(reading, path, cast("Mapping[str, object]", value))
    return foreign(reading, path, cast("object", value))


def _dates(reading: Reading, path: str, value: Mapping[str, object]) -> None:
    for name, entry in value.items():
        below = f"{path}.{local(name)}"
        if isinstance(entry, Mapping):
            _dates(reading, below, cast("Mapping[str, object]", entry))
        elif isinstance(entry, str) and local(name).endswith("Date"):
            try:
                date.fromisoformat(entry)
            except ValueError:
                reading.unfit(below, entry, "a date as YYYY-MM-DD", ProblemCode.MALFORMED_DATE)


QUANTITY = entity({"epcClass": key, "quantity": number, "uom": text}, "epcClass", extended=False)
PLACE = entity({"id": key}, "id")
_TRANSACTION = entity({"type": word(TRANSACTION), "bizTransaction": uri}, "bizTransaction", extended=False)
_SOURCE = entity({"type": word(PARTY), "source": key}, "type", "source", extended=False)
_DESTINATION = entity({"type": word(PARTY), "destination": key}, "type", "destination", extended=False)
_METADATA = entity(
    {
        **dict.fromkeys(("time", "startTime", "endTime"), instant),
        **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), uri),
    },
    flat=True,
)
_REPORT = entity(
    {
        "type": word(MEASUREMENT),
        "exception": word(SENSOR_EXCEPTION),
        "component": word(COMPONENT),
        "time": instant,
        **dict.fromkeys(
            (
                "deviceID",
                "deviceMetadata",
                "rawData",
                "dataProcessingMethod",
                "microorganism",
                "chemicalSubstance",
                "coordinateReferenceSystem",
                "uriValue",
                "bizRules",
            ),
            uri,
        ),
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), number),
        "stringValue": text,
        "booleanValue": flag,
        "hexBinaryValue": hexadecimal,
        "uom": text,
    },
    flat=True,
)
SENSORS = listed(entity({"sensorMetadata": _METADATA, "sensorReport": listed(_REPORT, empty=False)}, "sensorReport"))
_CORRECTIVE = 100
"""Events that correct one: each is looked up, whenever one of them comes."""
ERROR = entity(
    {"declarationTime": instant, "reason": word(ERROR_REASON), "correctiveEventIDs": listed(uri, most=_CORRECTIVE)}, "declarationTime"
)
TRANSACTIONS = listed(_TRANSACTION)
SOURCES = listed(_SOURCE)
DESTINATIONS = listed(_DESTINATION)
