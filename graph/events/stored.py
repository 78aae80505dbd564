"""Captured events as they are kept."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.statements import statement

_BY_IDS = statement("event/by_ids")
_SIZES = statement("event/sizes")
_AT_ONCE = 2_000_000
"""Characters of large events that are read at once."""
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """at, recorded_at: ms. body, prefixes: as captured. read_point, location: canonical URIs. place: in its document.

    again: it was told before.
    """

    id: str
    at: int
    body: dict[str, Any]
    prefixes: dict[str, str]
    event_id: str
    recorded_at: int
    read_point: str | None
    location: str | None
    place: int
    again: bool = False


async def events_by_ids(graph: Graph, scope: Scope, owner: str, ids: Sequence[str]) -> list[StoredEvent]:
    """In no order."""
    [row] = await graph.read(_BY_IDS, scope, owner=owner, ids=list(ids))
    return read_events(row[0])


async def event_sizes(graph: Graph, scope: Scope, owner: str, ids: Sequence[str]) -> dict[str, int]:
    """What each event of the owner takes as it is kept, in characters."""
    [row] = await graph.read(_SIZES, scope, owner=owner, ids=list(ids))
    return dict(row[0])


async def events_in_turn(graph: Graph, scope: Scope, owner: str, ahead: Sequence[tuple[str, int]]) -> AsyncGenerator[list[StoredEvent]]:
    """ahead: events, each with its characters. In this order, so many at once as may be."""
    while ahead:
        some = as_many_at_once(ahead)
        ahead = ahead[len(some) :]
        events = {event.id: event for event in await events_by_ids(graph, scope, owner, [one for one, _ in some])}
        yield [events[one] for one, _ in some]


def as_many_at_once(ahead: Sequence[tuple[Read, int]]) -> Sequence[tuple[Read, int]]:
    """ahead: each with its characters. So many as are read at once, the first at the least."""
    size = 0
    for count, (_, characters) in enumerate(ahead):
        size += characters
        if count and size > _AT_ONCE:
            return ahead[:count]
    return ahead


def read_events(rows: Sequence[Any]) -> list[StoredEvent]:
    """rows: as of the statements that tell of whole events."""
    return [StoredEvent(one, at, orjson.loads(body), orjson.loads(prefixes), *more) for one, at, body, prefixes, *more in rows]
