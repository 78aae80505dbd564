"""What the caller of a capture function may set."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graph.model.records.base import FileFacts
from graph.model.times import now_ms

FileLookup: TypeAlias = Callable[[frozenset[str]], Awaitable[Mapping[str, FileFacts]]]
"""The facts of those files, by SHA-256, whose bytes are stored; the others are left out."""


@dataclass(frozen=True, slots=True)
class Options:
    """records: per call. listed: entries of all lists of a call together. tolerance_ms: how far clocks may differ.

    files: without it a file has to come with its media type and size. address: of the client, for the log. stay_before: ms; to what was
    recorded before, documents add nothing, though what contradicts it is refused as ever.
    """

    records: int = 5_000
    listed: int = 100_000
    tolerance_ms: int = 30 * 60_000
    files: FileLookup | None = None
    address: str | None = None
    stay_before: int | None = None
    now: Callable[[], int] = now_ms
