"""The fields of letters about packages: which there are, what each is, and where the standards have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional

from api.exchange.records.kinds import KINDS
from api.schema.file import File
from api.schema.public_trace import PublicTrace
from api.web.fields import LABELS
from graph.delivery.recipients import Content

OUT_OF_USE = {"ALLOCATED": "NOT_ACTIVATED", "VOIDED": "VOIDED", "RECALLED": "RECALLED"}
"""The standing of a package, by what became of it; of any other it is NORMAL."""
NORMAL = "NORMAL"
COMMON = ("level", "standing", "traceCode", "parentPackageCode")
"""Told of every package, whatever the content."""
TABLE_7 = (
    "productName",
    "netContentAndSpecification",
    "batchNumber",
    "productionDate",
    "bestBefore",
    "shelfLifeDays",
    "enterpriseName",
    "enterpriseAddress",
    "producerNameAndContact",
)
IDENTIFIER, VALIDITY = "traceCode", "shelfLifeDays"
"""What stands in the header of XML."""
_ALWAYS = frozenset({"level", "standing", IDENTIFIER})
_TABLE_7_ROWS = {
    "traceCode": 1,
    "parentPackageCode": 2,
    "productName": 3,
    "netContentAndSpecification": 4,
    "productionDate": 5,
    "batchNumber": 5,
    "bestBefore": 6,
    "shelfLifeDays": 6,
    "enterpriseName": 7,
    "enterpriseAddress": 8,
}


class Value(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    WHOLE = "whole number"
    CHOICE = "one of a list"
    FILE = "object"
    FILES = "list of object"


FILE: Mapping[str, tuple[Value, str]] = {
    "name": (Value.TEXT, "The file's name."),
    "mediaType": (Value.TEXT, "IANA media type, such as `application/pdf`."),
    "sha256": (Value.TEXT, "SHA-256 of the bytes, 64 hexadecimal digits."),
    "size": (Value.WHOLE, "Bytes; 0 where the size is not kept."),
    "url": (Value.TEXT, "Where the bytes are, for whoever has the code."),
}
"""Of a file, each always there."""


@dataclass(frozen=True, slots=True)
class Field:
    """always: whether every package has it; any other is null in JSON, and not there in XML. choices: of a closed list."""

    name: str
    value: Value
    said: str
    always: bool
    choices: tuple[str, ...] = ()


def fields_of(content: Content) -> Mapping[str, Field]:
    """By name, in the order in which letters have them."""
    more = TABLE_7 if content is Content.SHARED else (VALIDITY, *LABELS)
    return {name: _field(name, content) for name in dict.fromkeys((*COMMON, *more))}


def _field(name: str, content: Content) -> Field:
    value, said = _VALUES[name]
    if content is Content.SHARED and name in _TABLE_7_ROWS:
        first = said.partition(". ")[0].removesuffix(".")  # a dot within a sentence has no space after it
        said = f"{first}. Maternal and baby products draft, table 7 row {_TABLE_7_ROWS[name]}."
    return Field(name, value, said, name in _ALWAYS or value is Value.FILES, _CHOICES.get(name, ()))


def _values() -> Mapping[str, tuple[Value, str]]:
    """Of the public fields, as the schema has them, and of what stands beside."""
    found = {
        "level": (Value.CHOICE, "包装级别: can, inner pack, case or pallet. QB/T 4971-2018 7.2."),
        "standing": (Value.CHOICE, "状态: whether it is in use. QB/T 4971-2018 5.3."),
        "shelfLifeDays": (Value.WHOLE, "保质期: shelf life in days from the production date. QB/T 4971-2018 table 3 row 1."),
    }
    for field in get_object_definition(PublicTrace, strict=True).fields:
        kind: object = field.type
        given: object = kind.of_type if isinstance(kind, StrawberryOptional) else kind
        said = (field.description or "").replace("Table 6", "QB/T 4971-2018 table 6")
        first, *rest = field.python_name.split("_")
        found[first + "".join(part.capitalize() for part in rest)] = (_value(given), said)
    return found


def _value(given: object) -> Value:
    if isinstance(given, StrawberryList):
        return Value.FILES
    return {date: Value.DATE, File: Value.FILE}.get(given, Value.TEXT) if isinstance(given, type) else Value.TEXT


_CHOICES = {"level": KINDS["package"].columns["level"].choices, "standing": (NORMAL, *OUT_OF_USE.values())}
_VALUES = _values()
