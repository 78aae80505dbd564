"""Long calculations beside the event loop, so that nobody else's request waits for them; and what makes them shorter."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, TypeVar, cast

import anyio.to_thread

T = TypeVar("T")
Named = TypeVar("Named", bound=tuple[Any, ...])
_QUICK = 10_000
"""Records that are worked on in some 5 ms: so long a thread would hold up everybody too, until the interpreter switches."""


async def at_ease(work: Callable[[], T], size: int) -> T:
    """The result of work over `size` records; nothing else may touch what it works on meanwhile."""
    return work() if size <= _QUICK else await anyio.to_thread.run_sync(work)


def made(kind: type[Named], rows: Iterable[tuple[Any, ...]]) -> list[Named]:
    """Named tuples of plain ones with the same elements: there may be a million, and one by one they take four times as long."""
    new = cast("Callable[[type[Named], tuple[Any, ...]], Named]", tuple.__new__)  # pyright: ignore[reportUnknownMemberType]
    return list(map(new, repeat(kind), rows))
