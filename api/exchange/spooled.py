"""Bodies that are too long for the memory: received into a file, and told from one."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Coroutine
from typing import IO, Any, TypeVar

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")

SPOOLED = 1 << 20
"""Bytes of a file that are kept in memory."""
_PIECE = 1 << 16


async def receive(request: Request, body: tempfile.SpooledTemporaryFile[bytes], limit: int, too_long: Exception) -> None:
    """The whole of it, before anything is done; raises `too_long` past the limit."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_long
        await anyio.to_thread.run_sync(body.write, chunk)
    body.seek(0)


async def pieces_of(file: IO[bytes]) -> AsyncGenerator[bytes]:
    """From its beginning; it is closed at the end."""
    file.seek(0)
    with file:
        while piece := await anyio.to_thread.run_sync(file.read, _PIECE):
            yield piece


async def unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to, which is cancelled when the client leaves: raises `ClientDisconnect`. request: its body has been read."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
