"""Long calculations beside the event loop, so that nobody else's request waits for them."""

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread

T = TypeVar("T")
_QUICK = 2_000
"""Records that are worked on in less time than a thread takes to be worth it."""


async def at_ease(work: Callable[[], T], size: int) -> T:
    """The result of work over `size` records; nothing else may touch what it works on meanwhile."""
    return work() if size <= _QUICK else await anyio.to_thread.run_sync(work)
