"""Writers that come together share one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from graph.engine.errors import EngineUnavailable, StatementTimeout

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """While a transaction is under way those who want to write gather, and go together into the one after it.

    write: for what each of them brought what each of them gets, in that order. at_once: so many go into one transaction at the most.
    What one of them brought and cannot be written fails none of the others: then each has a transaction of its own.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], at_once: int) -> None:
        self._write = write
        self._at_once = at_once
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
                group, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
                await self._write_group(group)
        finally:
            self._writer = None
            for _, done in self._waiting:
                done.cancel()
            self._waiting.clear()

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
