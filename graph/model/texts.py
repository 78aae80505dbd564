"""Values as text: one spelling each, so that equal values have equal texts."""

import re
from datetime import datetime
from decimal import Decimal

from graph.model.times import from_ms


def instant_text(ms: int) -> str:
    """ISO 8601 in UTC, ending in `Z`; a fraction only when there is one."""
    instant: datetime = from_ms(ms)
    kept = "milliseconds" if instant.microsecond else "seconds"
    return instant.replace(tzinfo=None).isoformat(timespec=kept) + "Z"


_HIGH = re.compile("[\ud7ff-\U0010ffff]")


def order_text(text: str) -> str:
    """A text that sorts by code point, whoever sorts it. An engine may compare by UTF-16, in which U+10000 and above come before
    U+E000 to U+FFFF (full-width brackets, say): what is above the surrogates is written as U+D7FF, unassigned, and its number."""
    return _HIGH.sub(lambda found: f"\ud7ff{ord(found[0]):06x}", text)


def decimal_text(value: Decimal) -> str:
    """Plain notation without trailing zeros: 12000.50 and 1.20005E+4 are both `12000.5`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
