"""Whether long work lets others have their turn."""

import asyncio
import gc
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def longest_stretch(work: Awaitable[T]) -> tuple[T, float]:
    """What the work gives, and the share of its CPU time that its longest stretch without a pause took.

    The collector, which in a process of tests has far more to look through than in a service, rests meanwhile.
    """
    longest = last = 0.0

    async def watch() -> None:
        nonlocal longest, last
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now

    gc.disable()
    watching = asyncio.create_task(watch())
    began = time.thread_time()
    try:
        result = await work
        return result, longest / (time.thread_time() - began)
    finally:
        watching.cancel()
        gc.enable()
