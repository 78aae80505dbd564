"""A file whose reader may not take in more than so much for one item: what bounds the memory of every format."""

from collections.abc import Callable
from typing import IO

from api.exchange.items import DocumentProblem, DocumentRefused

ITEM_BYTES = 16_000_000
"""Of one item: an event with 100,000 EPCs takes some 6 MB."""


class Metered:
    """`read` as of a file; `item_done` after each item. told: called with the bytes read so far."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None = None) -> None:
        self._file = file
        self._told = told
        self._read = 0
        self._before = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size if 0 <= size <= 1 << 16 else 1 << 16)
        self._read += len(data)
        if self._told:
            self._told(self._read)
        if self._read - self._before > ITEM_BYTES:
            raise DocumentRefused(
                DocumentProblem.TOO_LARGE, f"found one entry of more than {ITEM_BYTES:,} bytes; right is to spread it over several"
            )
        return data

    @property
    def taken(self) -> int:
        """Bytes read since the last item: more than its own by what was read ahead."""
        return self._read - self._before

    def item_done(self) -> None:
        self._before = self._read
