"""Times in tables, which spreadsheets keep without an offset: the heading may say it, as in `包装时间(+08:00)`; and dates."""

import re
from datetime import datetime, time

_OFFSET = re.compile(r"(?P<name>.+?)\s*[(（](?P<offset>[+-]\d{2}:\d{2})[)）]", re.ASCII)
_DAYS, _TIMES = ("%Y-%m-%d ", "%Y/%m/%d ", "%Y-%m-%dT", "%Y年%m月%d日 "), ("%H:%M", "%H:%M:%S")
_FORMS = tuple(day + time for day in _DAYS for time in _TIMES)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATES = (*(day.strip(" T") for day in _DAYS), *_FORMS)
CHINA = "+08:00"
"""The offset in the headings of templates."""


def offset_in(heading: str) -> tuple[str, str | None]:
    """The heading without its offset, and that."""
    met = _OFFSET.fullmatch(heading)
    return (met["name"], met["offset"]) if met else (heading, None)


def with_offset(text: str, offset: str | None) -> str:
    """ISO 8601 with the offset, of a time without one; any other text as it is."""
    if offset is None:
        return text
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).isoformat() + offset  # its offset is beside it
        except ValueError:
            continue
    return text


def day_of(text: str) -> str:
    """ISO 8601 of a date, or of the midnight by which spreadsheets keep one; any other text as it is."""
    if _ISO_DAY.fullmatch(text):
        return text
    for form in _DATES:
        try:
            moment = datetime.strptime(text.strip(), form)  # a date has no offset
        except ValueError:
            continue
        return moment.date().isoformat() if moment.time() == time() else text
    return text
