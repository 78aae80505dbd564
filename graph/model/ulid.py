"""ULIDs: 26 characters that sort by the time they were made."""

import os
import threading

from graph.model.times import now_ms

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_lock = threading.Lock()
_last = [0]


def new_ulid() -> str:
    """48 bits of milliseconds and 80 random bits; within this process each is greater than the one before."""
    made = now_ms() << 80 | int.from_bytes(os.urandom(10))
    with _lock:
        _last[0] = made = max(made, _last[0] + 1)
    return _text(made)


def first_ulid(at: int) -> str:
    """That comes before all that are made from then on. at: ms."""
    return _text(max(at, 0) << 80)


def _text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
