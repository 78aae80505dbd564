"""A document into the graph, chunk by chunk, in memory that does not grow with it."""

from collections.abc import AsyncGenerator, Callable, Iterator
from typing import IO

import anyio.to_thread

from api.exchange.epcis.event import Event
from api.exchange.epcis.reading import read_events
from api.exchange.epcis.recording import CHUNK, CHUNK_NAMES, EventOutcome, Recorder, refusal_of
from api.exchange.items import Item


async def import_events(file: IO[bytes], recorder: Recorder, told: Callable[[int], None] | None = None) -> AsyncGenerator[EventOutcome]:
    """Outcomes in the order of the document. Raises `DocumentRefused` where it cannot be read on: what came before is recorded.

    told: called with the bytes read so far, in another thread.
    """
    items = read_events(file, told)
    while chunk := await anyio.to_thread.run_sync(_chunk, items):
        for outcome in await recorder.record(chunk):
            yield outcome


def _chunk(items: Iterator[Item[Event]]) -> list[Item[Event]]:
    chunk: list[Item[Event]] = []
    names = 0
    while len(chunk) < CHUNK and names < CHUNK_NAMES and (item := next(items, None)) is not None:
        chunk.append(item)
        names += len(item.value.named) if item.value else 0
    return chunk


async def check_events(file: IO[bytes]) -> list[EventOutcome]:
    """The events that are refused, the first of them, without recording any. Raises `DocumentRefused`."""
    return await anyio.to_thread.run_sync(_check, file)


_WRONG_KEPT = 1_000
"""Refused events of one document that are told of, where none is recorded."""


def _check(file: IO[bytes]) -> list[EventOutcome]:
    wrong: list[EventOutcome] = []
    for item in read_events(file):
        if len(wrong) < _WRONG_KEPT and (outcome := refusal_of(item)) is not None:
            wrong.append(outcome)
    return wrong
