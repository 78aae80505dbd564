"""A document into the graph, chunk by chunk, in memory that does not grow with it."""

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import anyio.to_thread

from api.exchange.items import DocumentRefused, Item
from api.exchange.outcomes import ItemOutcome

T = TypeVar("T")
Told = TypeVar("Told", bound=ItemOutcome)
Told_co = TypeVar("Told_co", bound=ItemOutcome, covariant=True)

FULL = 1_000_000
"""The weight from which on a chunk is full."""


class Recorder(Protocol[T, Told_co]):
    """What records the items of a format."""

    def weight(self, item: Item[T]) -> int:
        """Its part of a chunk, of `FULL`."""
        ...

    def refusal(self, item: Item[T]) -> Told_co | None:
        """The outcome of an item that is refused for itself, without a look at the graph."""
        ...

    async def record(self, items: Sequence[Item[T]]) -> Sequence[Told_co]:
        """An outcome per item, in their order. Raises `CaptureRefused` and `EngineError`; the same items may be recorded again."""
        ...


async def import_items(
    items: Iterator[Item[T]],
    recorder: Recorder[T, Told],
    seen: Callable[[Item[T], Told], None] | None = None,
    check: Callable[[], Awaitable[None]] | None = None,
) -> AsyncGenerator[Told]:
    """Outcomes in the order of the document. Raises `DocumentRefused` where it cannot be read on: what came before is recorded.

    seen: called with each item and its outcome, before that is given. check: before each chunk is recorded, raises what ends it.
    Whoever is cancelled here closes the document's file: its thread, which nobody waits for then, ends by that.
    """
    refused: list[DocumentRefused] = []
    while chunk := await anyio.to_thread.run_sync(_chunk, items, recorder, refused, abandon_on_cancel=True):
        if check is not None:
            await check()
        for item, outcome in zip(chunk, await recorder.record(chunk), strict=True):
            if seen is not None:
                seen(item, outcome)
            yield outcome
    if refused:
        raise refused[0]


def _chunk(items: Iterator[Item[T]], recorder: Recorder[T, Told], refused: list[DocumentRefused]) -> list[Item[T]]:
    """refused: takes why there are no more, so that those before are recorded first."""
    chunk: list[Item[T]] = []
    weight = 0
    try:
        while weight < FULL and not refused and (item := next(items, None)) is not None:
            chunk.append(item)
            weight += recorder.weight(item)
    except DocumentRefused as error:
        refused.append(error)
    return chunk


async def refusals(
    items: Iterator[Item[T]], recorder: Recorder[T, Told], seen: Callable[[Item[T], Told], None] | None = None
) -> AsyncGenerator[Told]:
    """The outcomes of the items that are refused, without recording any. seen: as of `import_items`. Raises `DocumentRefused`."""
    while (wrong := await anyio.to_thread.run_sync(_refused, items, recorder, abandon_on_cancel=True)) is not None:
        for item, outcome in wrong:
            if seen is not None:
                seen(item, outcome)
            yield outcome


_CHECKED = 500
"""Items that are checked at a time."""


def _refused(items: Iterator[Item[T]], recorder: Recorder[T, Told]) -> list[tuple[Item[T], Told]] | None:
    """Of the next so many items; None at their end."""
    checked = 0
    wrong: list[tuple[Item[T], Told]] = []
    for item in itertools.islice(items, _CHECKED):
        checked += 1
        if (outcome := recorder.refusal(item)) is not None:
            wrong.append((item, outcome))
    return wrong if checked else None
