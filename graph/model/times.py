"""Instants as the graph keeps them: whole milliseconds since 1970-01-01T00:00:00Z."""

import time
from datetime import UTC, datetime, timedelta, timezone

STILL = 253_402_300_799_999
"""The end of an interval that has not ended: the last millisecond of the year 9999."""

ALWAYS = -(2**62)
"""Earlier than every instant: when a seed is reached going forward, and by an edge without a time."""

FOREVER = 2**62
"""Later than every instant: when a seed is reached going backward."""

CHINA = timezone(timedelta(hours=8))
"""The time of day in China, all year."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def to_ms(instant: datetime) -> int:
    """An aware datetime as milliseconds; ValueError for one without an offset."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no offset from UTC")
    return (instant - _EPOCH) // _MS


def from_ms(instant: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=instant)
