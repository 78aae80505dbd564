"""Writers that come together share one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from graph.engine.errors import EngineUnavailable, StatementTimeout

T = TypeVar("T")
R = TypeVar("R")
BYTES_AT_ONCE = 4_000_000
"""Of what goes into one statement together, which may have 16 MB."""


class Together(Generic[T, R]):
    """While a transaction is under way those who want to write gather, and go together into the one after it.

    write: for what each of them brought what each of them gets, in that order. at_once: so many go into one transaction at the most.
    size: bytes of what one of them brought; those who go together bring no more than `BYTES_AT_ONCE`, and who brings more goes alone.
    What one of them brought and cannot be written fails none of the others: then each has a transaction of its own.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], at_once: int, size: Callable[[T], int]) -> None:
        self._write = write
        self._at_once = at_once
        self._size = size
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, brought: T) -> R:
        """When it has been committed. Raises what `write` does. Who is cancelled leaves it to be written."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((brought, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                count = self._fitting()
                group, self._waiting = self._waiting[:count], self._waiting[count:]
                await self._write_group(group)
        finally:
            self._writer = None
            for _, done in self._waiting:
                done.cancel()
            self._waiting.clear()

    def _fitting(self) -> int:
        """How many of those who wait go together, one at the least."""
        room = BYTES_AT_ONCE
        for count, (brought, _) in enumerate(self._waiting[: self._at_once]):
            room -= self._size(brought)
            if room < 0:
                return max(count, 1)
        return min(len(self._waiting), self._at_once)

    async def _write_group(self, group: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            got = await self._write([brought for brought, _ in group])
        except Exception as error:
            if len(group) > 1 and not isinstance(error, EngineUnavailable | StatementTimeout):
                for one in group:
                    await self._write_group([one])
                return
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
        except BaseException:
            for _, done in group:
                done.cancel()
            raise
        else:
            for (_, done), one in zip(group, got, strict=True):
                if not done.done():
                    done.set_result(one)


def size_of(value: Any) -> int:
    """About the bytes that a parameter of a statement takes on its way."""
    match value:
        case str():
            return 5 + (len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass")))
        case dict():
            return 5 + sum(size_of(name) + size_of(one) for name, one in cast("dict[str, Any]", value).items())
        case list() | tuple():
            return 5 + sum(map(size_of, cast("list[Any]", value)))
        case _:
            return 9
