"""JSON with half of a surrogate pair in a text, which no text in UTF-8 can have.

What is wrong in one record costs that record, not the others of the call: the half is read as U+001A, the control character that
stands for what could not be read, and whatever takes a text then says what is wrong with it, and where.
"""

import re

# a run of escaped backslashes, and a whole pair, are passed over; the rest is half a pair
_ESCAPES = re.compile(rb"(?:\\\\)+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_HALF_LENGTH = len(rb"\uD800")


def without_halves(body: bytes) -> bytes:
    return _ESCAPES.sub(lambda found: rb"\u001A" if found[0][1:2] == b"u" and len(found[0]) == _HALF_LENGTH else found[0], body)
