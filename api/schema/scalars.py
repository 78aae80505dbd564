"""The three scalars of the schema.

What goes out: `DateTime` as ISO 8601 in UTC ending in `Z`, `Date` as `YYYY-MM-DD`, `Decimal` as a JSON string, so that no reader rounds it.
What comes in: a value that cannot be read does not fail the request; it arrives as `Malformed`, so that one bad record is rejected
with its problem while the other records of the call are stored. A resolver that has no records to reject calls `require`.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal as DecimalValue
from decimal import InvalidOperation
from typing import Any, TypeVar

import strawberry
from graphql import FloatValueNode, IntValueNode, StringValueNode, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from api.errors import ApiError, ErrorCode
from graph.model.malformed import Malformed
from graph.model.records.values import found
from graph.model.texts import instant_text
from graph.model.times import to_ms

Date = date
DateTime = datetime
Decimal = DecimalValue

T = TypeVar("T")

DATE_EXPECTED = "a date as YYYY-MM-DD, such as 2026-03-14"
DATE_TIME_EXPECTED = "a time as ISO 8601 with its offset from UTC, such as 2026-03-14T08:30:00Z or 2026-03-14T16:30:00+08:00"
DECIMAL_EXPECTED = 'a decimal number, such as "12000.5" or 12000.5'

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_LONGEST = 64


def read_date(value: object) -> date | Malformed:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    return Malformed(found=found(value), expected=DATE_EXPECTED)


def read_date_time(value: object) -> datetime | Malformed:
    if isinstance(value, str) and len(value) <= _LONGEST:
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if instant.tzinfo is not None:
                return instant
    return Malformed(found=found(value), expected=DATE_TIME_EXPECTED)


def read_decimal(value: object) -> DecimalValue | Malformed:
    """From a JSON string, an integer or a float; a float is taken as the digits it was written with."""
    try:
        text = repr(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
        if isinstance(text, str) and len(text) <= _LONGEST and _DECIMAL.fullmatch(text):
            return DecimalValue(text)
    except (InvalidOperation, ValueError):  # ValueError: an integer of more digits than Python writes
        pass
    return Malformed(found=found(value), expected=DECIMAL_EXPECTED)


def _decimal_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> object:
    """A number in the text of the request: its digits, which a float would round."""
    if isinstance(node, (FloatValueNode, IntValueNode, StringValueNode)):
        return read_decimal(node.value)
    return read_decimal(value_from_ast_untyped(node, dict(variables) if variables else None))


def write_date(value: object) -> str:
    """From a date, or the text that the graph keeps."""
    return value.isoformat() if isinstance(value, date) else str(value)


def write_date_time(value: object) -> str:
    """From a datetime, or the milliseconds that the graph keeps."""
    return instant_text(to_ms(value) if isinstance(value, datetime) else int(str(value)))


def write_decimal(value: object) -> str:
    """From a Decimal, or the text that the graph keeps."""
    return format(value, "f") if isinstance(value, DecimalValue) else str(value)


def require(value: T | Malformed, path: str = "") -> T:
    """The value, for an argument that is no record; ApiError BAD_USER_INPUT when it could not be read."""
    if isinstance(value, Malformed):
        at = f"{path}: " if path else ""
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"{at}found {value.found}; right is {value.expected}", path=path or None)
    return value


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, `YYYY-MM-DD`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=write_date,
        parse_value=read_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant. Out: ISO 8601 in UTC, ending in `Z`. In: ISO 8601 with any offset; an offset is required.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=write_date_time,
        parse_value=read_date_time,
    ),
    DecimalValue: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number. Out: a JSON string in plain notation. In: a string or a number.",
        serialize=write_decimal,
        parse_value=read_decimal,
        parse_literal=_decimal_literal,
    ),
}
"""For `StrawberryConfig(scalar_map=SCALARS)`."""
