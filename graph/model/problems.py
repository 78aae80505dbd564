"""Why a record was not stored."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """The codes are part of the public schema: one may be added, none renamed. The text beside each is its meaning, as published."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "ProblemCode":
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    MISSING = "MISSING", "A mandatory value is not there."
    UNEXPECTED = "UNEXPECTED", "A value is there that this record cannot have."
    BLANK = "BLANK", "A mandatory text has nothing to read."
    EMPTY = "EMPTY", "A list that needs an entry has none."
    MALFORMED = "MALFORMED", "A value is of the wrong type."
    MALFORMED_CODE = "MALFORMED_CODE", "An enterprise code is not 4 to 20 of A-Z and 0-9."
    MALFORMED_NUMBER = "MALFORMED_NUMBER", "A record's number has other than 1 to 64 letters, digits, '-', '.' and '_'."
    MALFORMED_ID = "MALFORMED_ID", "An ID is not <kind>/<enterprise code>/<number>."
    MALFORMED_DATE = "MALFORMED_DATE", "A date is not YYYY-MM-DD, or is not in the calendar."
    MALFORMED_TIME = "MALFORMED_TIME", "A time is not ISO 8601 with an offset from UTC."
    MALFORMED_DECIMAL = "MALFORMED_DECIMAL", "A decimal number cannot be read."
    MALFORMED_DIGEST = "MALFORMED_DIGEST", "A file's sha256 is not 64 hexadecimal digits."
    NOT_LISTED = "NOT_LISTED", "A value is none of those that its field allows."
    CONTROL_CHARACTER = "CONTROL_CHARACTER", "A text has a control character, one that is not seen, or half of a surrogate pair."
    TOO_LONG = "TOO_LONG", "A text or list is longer than its field keeps."
    OUT_OF_RANGE = "OUT_OF_RANGE", "A number or time is outside of what can be kept."
    NOT_POSITIVE = "NOT_POSITIVE", "A quantity is zero or less."
    WRONG_KIND = "WRONG_KIND", "An ID names a record of another kind than the field takes."
    DUPLICATE = "DUPLICATE", "The same record, package or child is named twice in one call or list."
    NOT_YOURS = "NOT_YOURS", "The record named belongs to another enterprise."
    FORBIDDEN = "FORBIDDEN", "This caller may not record this."
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE", "A record of one's own is referred to and does not exist."
    UNKNOWN_FILE = "UNKNOWN_FILE", "A file is referred to by a sha256 that was not uploaded."
    TIMES_OUT_OF_ORDER = "TIMES_OUT_OF_ORDER", "A time lies before one that it must follow."
    LEVEL_ORDER = "LEVEL_ORDER", "A package is in one that is not of a higher level (ITEM < INNER < CASE < PALLET)."
    IN_ITSELF = "IN_ITSELF", "A package is put into itself, or a batch is its own input."
    IN_ANOTHER_PARENT = "IN_ANOTHER_PARENT", "A package is in another package at that time."
    ALREADY_THERE = "ALREADY_THERE", "A package is in that package already, since another time."
    NOT_IN_PARENT = "NOT_IN_PARENT", "A package that is taken out is not in that package at that time."
    RECEIVED = "RECEIVED", "What another enterprise has received would be taken back."


@dataclass(frozen=True, slots=True)
class Problem:
    """path: from the argument, such as `records[3].inputs[0].quantityKg`. message: what was found, and what would be right."""

    code: ProblemCode
    path: str
    message: str


def path_of(*parts: str | int) -> str:
    """`path_of("inputs", 0, "source")` is `inputs[0].source`."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path
