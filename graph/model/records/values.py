"""The values of records: each read from what a caller may send into what the graph keeps (docs/reference/graph.md, "Values").

A type here is an `Annotated` of the kept form; a function gives what reads one, for `Annotated[str, one_of(SiteKind)]`.
A value that is wrong raises a pydantic error with a `ProblemCode` and a message that says what was found and what would be right.
The context of the validation is the code of the enterprise that records.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, LiteralString, NoReturn, cast

from pydantic import BeforeValidator, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from auth.region import Division
from graph.model.gs1_names import is_uri, record_named
from graph.model.identifiers import (
    Kind,
    MalformedId,
    check_enterprise_code,
    check_number,
    form_of,
    kind_of,
    owner_of,
    parse_id,
    parse_id_of,
    record_id,
    shown,
)
from graph.model.malformed import Malformed
from graph.model.problems import ProblemCode
from graph.model.texts import decimal_text
from graph.model.times import to_ms

TEXT_LENGTH = 1_000
LONG_TEXT_LENGTH = 20_000
DIGITS_BEFORE_POINT = 15
DIGITS_AFTER_POINT = 9
MOST_DAYS = 36_500
KINDS_NAMED = "kinds"
"""In the JSON Schema of a reference: the kinds of records that an ID may be of."""
KIND_NUMBERED = "numbered"
"""In the JSON Schema of a name: the kind of record whose number or ID it may be, in a list of one."""
EARLIEST_YEAR, LATEST_YEAR = 1900, 9998

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSEEN = (
    "\u2028\u2029"  # line and paragraph separators
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # format characters, of Unicode's category Cf
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""What is not seen and changes what is. A joiner (U+200C, U+200D) is right where it joins: Persian, Indic scripts and emoji need it."""
_JOINER_ALONE = "(?<![^\\s\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\\s\u200c\u200d])"
_UNPRINTABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_UNSEEN}]|{_JOINER_ALONE}")
_UNPRINTABLE_BUT_LAYOUT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_UNSEEN}]|{_JOINER_ALONE}")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without a shape."""
_EARLIEST_MS = to_ms(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC))
_AFTER_LATEST_MS = to_ms(datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC))


def read_by(read: Callable[..., object], **form: object) -> PlainValidator:
    """form: the value before it is read, as JSON Schema; a text without it. The forms of other formats are made of it."""
    return PlainValidator(read, json_schema_input_type=Annotated[Any, WithJsonSchema({"type": "string", **form})])


def fail(code: ProblemCode, message: str) -> NoReturn:
    raise PydanticCustomError(cast(LiteralString, code.value), "{text}", {"text": message})


def owner_in(info: ValidationInfo) -> str:
    """The enterprise that records; set by `check_records`, so its absence is a defect of the caller."""
    if not isinstance(info.context, str):
        raise TypeError("records are validated with the code of the recording enterprise as context")
    return info.context


def found(value: object) -> str:
    """A found value of any type, fit for a message."""
    if isinstance(value, str):
        return shown(value)
    try:
        return shown(repr(value)).strip("\"'")
    except ValueError:  # Python does not write integers of more than 4,300 digits
        return f"{type(value).__name__} with a number of thousands of digits"


# ------------------------------------------------------------------ texts


def _text(value: object, limit: int, unprintable: re.Pattern[str]) -> str:
    if not isinstance(value, str):
        fail(ProblemCode.MALFORMED, f"found {found(value)}; right is a text")
    if len(value) > limit:
        fail(ProblemCode.TOO_LONG, f"found {len(value):,} characters; right is at most {limit:,}")
    if met := unprintable.search(value):
        character = met.group()
        fail(
            ProblemCode.CONTROL_CHARACTER,
            f"found U+{ord(character):04X} as character {met.start() + 1}; right is a text without control or invisible characters",
        )
    return value


def _mandatory(value: object) -> str:
    text = _text(value, TEXT_LENGTH, _UNPRINTABLE)
    if not any(unicodedata.category(character)[0] in "LNPS" and character not in _FILLERS for character in text):
        fail(ProblemCode.BLANK, f"found {found(text)}; right is a text with something to read")
    return text


def _blank_as_none(value: object) -> object:
    """An optional text with nothing in it was not given: it must not count as there when completeness is told."""
    return None if isinstance(value, str) and len(value) <= TEXT_LENGTH and not value.strip(" \t\r\n") else value


def _short(value: object) -> str:
    return _text(value, TEXT_LENGTH, _UNPRINTABLE)


def _long(value: object) -> str:
    return _text(value, LONG_TEXT_LENGTH, _UNPRINTABLE_BUT_LAYOUT)


MandatoryText = Annotated[str, read_by(_mandatory, minLength=1, maxLength=TEXT_LENGTH)]
"""At most 1,000 characters, not blank."""
Text = Annotated[Annotated[str, read_by(_short, maxLength=TEXT_LENGTH)] | None, BeforeValidator(_blank_as_none)]
"""At most 1,000 characters, or None."""
LongText = Annotated[Annotated[str, read_by(_long, maxLength=LONG_TEXT_LENGTH)] | None, BeforeValidator(_blank_as_none)]
"""At most 20,000 characters, with line breaks and tabs, or None."""


# ------------------------------------------------------------------ names of records


def _code(value: object) -> str:
    if not isinstance(value, str):
        fail(ProblemCode.MALFORMED_CODE, f"found {found(value)}; an enterprise code is 4 to 20 of the characters A-Z and 0-9")
    try:
        return check_enterprise_code(value)
    except MalformedId as error:
        fail(ProblemCode.MALFORMED_CODE, str(error))


def _own_number(text: str, kind: Kind, owner: str) -> str:
    """The number alone. An ID in its place is answered with what it is: another's record, or one's own with too much around it."""
    if "/" in text:
        try:
            named = parse_id(text)
        except MalformedId:
            named = None
        if named is not None and named.enterprise != owner:
            fail(ProblemCode.NOT_YOURS, f"found {found(text)}; right is the number of a record of your own")
        if named is not None and named.kind is kind and named.number is not None:
            fail(ProblemCode.MALFORMED_NUMBER, f"found {found(text)}; right is the number alone: {shown(named.number)}")
    try:
        return check_number(text)
    except MalformedId as error:
        fail(ProblemCode.MALFORMED_NUMBER, str(error))


def _reference(value: object, kinds: tuple[Kind, ...], recorder: str) -> str:
    """An ID, or the ID that a GS1 key in a URI stands for."""
    if not isinstance(value, str):
        fail(ProblemCode.MALFORMED_ID, f"found {found(value)}; right is {' or '.join(map(form_of, kinds))}")
    if is_uri(value):
        try:
            return record_named(value, kinds, recorder)
        except MalformedId as error:
            fail(ProblemCode.MALFORMED_ID, str(error))
    try:
        named = parse_id_of(value, kinds)
    except MalformedId as error:
        fail(ProblemCode.MALFORMED_ID, str(error))
    if named.kind not in kinds:
        right = " or ".join(f"{kind.value}/…" for kind in kinds)
        fail(ProblemCode.WRONG_KIND, f"found {found(value)}; right is an ID of the form {right}")
    return named.text


def _name(value: object, kind: Kind, owner: str) -> str:
    if isinstance(value, str) and "/" not in value and not is_uri(value):
        return record_id(kind, owner, _own_number(value, kind, owner))
    return _reference(value, (kind,), owner)


def _own(record: str, owner: str) -> str:
    if owner_of(record) != owner:
        fail(ProblemCode.NOT_YOURS, f"found {found(record)}; right is a {kind_of(record).value} of your own")
    return record


def number_of(kind: Kind) -> PlainValidator:
    """Reads a record's own number (a product's code)."""

    def read(value: object, info: ValidationInfo) -> str:
        if not isinstance(value, str):
            fail(ProblemCode.MALFORMED_NUMBER, f"found {found(value)}; right is a text of letters, digits, '-', '.' and '_'")
        return _own_number(value, kind, owner_in(info))

    return read_by(read)


def reference_to(*kinds: Kind) -> PlainValidator:
    """Reads the ID of a record of one of the kinds."""

    def read(value: object, info: ValidationInfo) -> str:
        return _reference(value, kinds, owner_in(info))

    return read_by(read, **{KINDS_NAMED: list(kinds)})


def own_reference_to(kind: Kind) -> PlainValidator:
    """Reads the ID of a record of one's own."""

    def read(value: object, info: ValidationInfo) -> str:
        return _own(_reference(value, (kind,), owner_in(info)), owner_in(info))

    return read_by(read, **{KINDS_NAMED: [kind]})


def name_of(kind: Kind) -> PlainValidator:
    """Reads a number of one's own, or an ID, into an ID."""

    def read(value: object, info: ValidationInfo) -> str:
        return _name(value, kind, owner_in(info))

    return read_by(read, **{KIND_NUMBERED: [kind]})


def own_name_of(kind: Kind) -> PlainValidator:
    """As `name_of`, for a record that must be one's own."""

    def read(value: object, info: ValidationInfo) -> str:
        return _own(_name(value, kind, owner_in(info)), owner_in(info))

    return read_by(read, **{KIND_NUMBERED: [kind]})


EnterpriseCode = Annotated[str, read_by(_code)]


def _division(value: object) -> str | None:
    if value is None:
        return None
    try:
        Division.of(value if isinstance(value, str) else "")
    except ValueError:
        right = "right is a division code of GB/T 2260, six digits, such as 230000 or 230102"
        fail(ProblemCode.MALFORMED, f"found {found(value)}; {right}")
    return cast(str, value)


DivisionCode = Annotated[str | None, read_by(_division)]


# ------------------------------------------------------------------ times


def _instant(value: object) -> int:
    """Milliseconds since 1970 in UTC; what is finer is cut."""
    if isinstance(value, Malformed):
        fail(ProblemCode.MALFORMED_TIME, f"found {value.found}; right is {value.expected}")
    if isinstance(value, str) and len(value) <= 64:
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
    else:
        instant = value if isinstance(value, datetime) else None
    if instant is None or instant.utcoffset() is None:
        fail(
            ProblemCode.MALFORMED_TIME,
            f"found {found(value)}; right is ISO 8601 with an offset, such as 2026-03-14T08:30:00+08:00",
        )
    ms = to_ms(instant)
    if not _EARLIEST_MS <= ms < _AFTER_LATEST_MS:
        fail(ProblemCode.OUT_OF_RANGE, f"found {found(instant.isoformat())}; right is a time in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return ms


def _day(value: object) -> str:
    if isinstance(value, Malformed):
        fail(ProblemCode.MALFORMED_DATE, f"found {value.found}; right is {value.expected}")
    day: date | None = None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
    elif isinstance(value, date) and not isinstance(value, datetime):
        day = value
    if day is None:
        fail(ProblemCode.MALFORMED_DATE, f"found {found(value)}; right is a date as YYYY-MM-DD")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        fail(ProblemCode.OUT_OF_RANGE, f"found {day.isoformat()}; right is a date in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day.isoformat()


Instant = Annotated[int, read_by(_instant, format="date-time")]
"""From an aware datetime or ISO 8601 text; kept as milliseconds."""
Day = Annotated[str, read_by(_day, format="date")]
"""From a date or text; kept as YYYY-MM-DD, so that texts compare as the days do."""


# ------------------------------------------------------------------ numbers


def _decimal(value: object) -> Decimal:
    if isinstance(value, Malformed):
        fail(ProblemCode.MALFORMED_DECIMAL, f"found {value.found}; right is {value.expected}")
    number: Decimal | None = None
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = Decimal(text) if len(text := str(value)) <= 64 else None
        except (InvalidOperation, ValueError):  # ValueError: an integer of more digits than Python writes
            number = None
    if number is None or not number.is_finite():
        fail(ProblemCode.MALFORMED_DECIMAL, f'found {found(value)}; right is a decimal number, such as "12000.5"')
    exponent = number.as_tuple().exponent
    small = number.adjusted() < DIGITS_BEFORE_POINT and isinstance(exponent, int) and exponent >= -64
    if not small or len(decimal_text(number).partition(".")[2]) > DIGITS_AFTER_POINT:
        fail(
            ProblemCode.OUT_OF_RANGE,
            f"found {found(str(value))}; right is at most {DIGITS_BEFORE_POINT} digits before the point and {DIGITS_AFTER_POINT} after it",
        )
    return number


def quantity_of(value: object) -> str:
    number = _decimal(value)
    if number <= 0:
        fail(ProblemCode.NOT_POSITIVE, f"found {decimal_text(number)}; right is more than 0")
    return decimal_text(number)


def _measure(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        fail(ProblemCode.MALFORMED, f"found {found(value)}; right is a number")
    measure = float(value) if abs(value) < 1e300 else math.inf
    if not math.isfinite(measure):
        fail(ProblemCode.OUT_OF_RANGE, f"found {found(value)}; right is a finite number")
    return measure + 0.0  # -0.0 and 0.0 are one measure, and have one digest


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        fail(ProblemCode.MALFORMED, f"found {found(value)}; right is a whole number")
    if value <= 0:
        fail(ProblemCode.NOT_POSITIVE, f"found {found(value)}; right is more than 0")
    if value >= 2**31:
        fail(ProblemCode.OUT_OF_RANGE, f"found {found(value)}; right is less than {2**31:,}")
    return value


def _days(value: object) -> int:
    days = _count(value)
    if days > MOST_DAYS:
        fail(ProblemCode.OUT_OF_RANGE, f"found {found(days)}; right is at most {MOST_DAYS:,} days, which are 100 years")
    return days


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        fail(ProblemCode.MALFORMED, f"found {found(value)}; right is true or false")
    return value


Quantity = Annotated[str, read_by(quantity_of, format="decimal")]
"""A decimal above 0; kept in plain notation without trailing zeros."""
Measure = Annotated[float, read_by(_measure, type="number")]
"""A finite number."""
Count = Annotated[int, read_by(_count, type="integer", minimum=1, maximum=2**31 - 1)]
"""A whole number above 0."""
Days = Annotated[int, read_by(_days, type="integer", minimum=1, maximum=MOST_DAYS)]
"""A whole number of days above 0, of 100 years at the most: dates are reckoned with it."""
Flag = Annotated[bool, read_by(_flag, type="boolean")]


# ------------------------------------------------------------------ closed lists, files


def one_of(options: type[StrEnum]) -> PlainValidator:
    """Reads one of a closed list of values into its name."""
    names = {option.value for option in options}
    right = ", ".join(option.value for option in options)

    def read(value: object) -> str:
        name = getattr(value, "value", value)
        if not isinstance(name, str) or name not in names:
            fail(ProblemCode.NOT_LISTED, f"found {found(name)}; right is one of {right}")
        return str(name)

    return read_by(read, enum=[option.value for option in options])


def _sha256(value: object) -> str:
    digest = value.lower() if isinstance(value, str) and len(value) == 64 else ""
    if not _SHA256.fullmatch(digest):
        fail(ProblemCode.MALFORMED_DIGEST, f"found {found(value)}; right is the file's SHA-256 in 64 hexadecimal digits")
    return digest


Sha256 = Annotated[str, read_by(_sha256, pattern=_SHA256.pattern)]


def clean(value: object, limit: int = 128) -> str:
    """A name that was found wrong, as far as it can be given back: cut, and with U+FFFD for what cannot be shown or sent."""
    text = unicodedata.normalize("NFC", str(value)[:limit])
    return _UNPRINTABLE.sub("\ufffd", text)
