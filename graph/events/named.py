"""Events by what they are called: an event ID that one came with, further ones, and its hash."""

import re
from collections.abc import AsyncGenerator, Iterable
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.events.stored import StoredEvent, as_many_at_once, events_by_ids, events_in_turn
from graph.events.wanted import LAST, PAGE, PAGE_BYTES, SCANNED, Found, Order, Place, Wanted, place_of
from graph.model.records.epcis_event import event_id_name, event_name, hash_uri, is_declaration
from graph.portions import portions
from graph.statements import Statement, statement

_BY_EVENT_ID = statement("event/by_event_id")
_BY_FURTHER_ID = statement("event/by_further_id")
_DECLARATIONS = statement("event/declarations")
_BY_HASH = statement("event/by_hash")
_HASH = re.compile(r"ni:///sha-256;([0-9a-f]{64}(?:-[0-9a-f]{16})?(?:\.[0-9a-f]{16})?)(?:\?ver=CBV2\.0)?")
"""Of an event, or all by which it is kept. Of fewer digits it would be the beginning of many."""


async def events_named(graph: Graph, scope: Scope, owner: str, wanted: Wanted, limit: int, after: Place | None, *, bounded: bool) -> Found:
    """Those of the event IDs, or hashes, that are asked for: all their places first, then the events of one page."""
    found: list[StoredEvent] = []
    size = 0
    ahead = [one for one in await _places_named(graph, scope, owner, wanted) if after is None or _past(one[0], after, wanted)]
    read = 0
    while read < len(ahead):
        portion = as_many_at_once(ahead[read : read + PAGE])
        events = {event.id: event for event in await events_by_ids(graph, scope, owner, [place[1] for place, _ in portion])}
        for place, characters in portion:
            event = events.get(place[1])
            if event is not None and _fits(wanted, event):
                if len(found) == limit or (bounded and found and size + characters > PAGE_BYTES):
                    return Found(found, place_of(found[-1], wanted))
                size += characters
                found.append(event)
        read += len(portion)
    return Found(found, None)


async def _places_named(graph: Graph, scope: Scope, owner: str, wanted: Wanted) -> list[tuple[Place, int]]:
    """In the order that is wanted, each with the characters that its event takes. An event comes with its error declarations."""
    ids = list(dict.fromkeys(wanted.event_ids or ()))
    hashes = dict.fromkeys(found[1] for found in map(_HASH.fullmatch, ids) if found)
    names = [event_name(owner, one) for one in hashes]
    rows = [row async for row in _rows_named(graph, scope, owner, _BY_EVENT_ID, ids=ids)]
    rows += [row async for row in _rows_named(graph, scope, owner, _BY_FURTHER_ID, keys=[event_id_name(owner, one) for one in ids])]
    told = [record for record, *_ in rows if not is_declaration(record)]
    for portion in portions(told):
        rows += [row async for row in _rows_named(graph, scope, owner, _DECLARATIONS, ids=portion)]
    for name in names:
        rows += [row async for row in _rows_named(graph, scope, owner, _BY_HASH, first=name, last=name + LAST)]
    places: dict[Place, int] = {}
    for record, at, recorded_at, characters in rows:
        if wanted.start <= at < wanted.end and wanted.recorded_start <= recorded_at < wanted.recorded_end:
            places[at if wanted.order is Order.EVENT_TIME else recorded_at, record] = characters
    return sorted(places.items(), reverse=wanted.descending)


async def declarations_of(graph: Graph, scope: Scope, owner: str, events: Iterable[str]) -> AsyncGenerator[list[StoredEvent]]:
    """The owner's declarations that these events were wrong, so many at once as may be."""
    for portion in portions(sorted(set(events))):
        found = [(row[0], row[3]) async for row in _rows_named(graph, scope, owner, _DECLARATIONS, ids=portion)]
        async for declarations in events_in_turn(graph, scope, owner, found):
            yield declarations


async def _rows_named(graph: Graph, scope: Scope, owner: str, query: Statement, **given: Any) -> AsyncGenerator[Any]:
    past: str | None = ""
    while past is not None:
        [row] = await graph.read(query, scope, **given, owner=owner, past=past, limit=SCANNED)
        for one in row[0]:
            yield one
        past = row[0][-1][0] if len(row[0]) == SCANNED else None


def whole_hash(event_id: str) -> str:
    """In one spelling, where it is a hash by which an event may be called."""
    found = _HASH.fullmatch(event_id)
    return hash_uri(found[1]) if found else event_id


async def hashes_called(graph: Graph, scope: Scope, event_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Those of the event IDs that are hashes, each with each of the caller's events that it is the hash of."""
    found: list[tuple[str, str]] = []
    owner = scope.enterprise or ""
    for one in sorted(set(event_ids)):
        if hashed := _HASH.fullmatch(one):
            name = event_name(owner, hashed[1])
            found += [(one, row[0]) async for row in _rows_named(graph, scope, owner, _BY_HASH, first=name, last=name + LAST)]
    return found


def _past(place: Place, after: Place, wanted: Wanted) -> bool:
    return place < after if wanted.descending else place > after


def _fits(wanted: Wanted, event: StoredEvent) -> bool:
    """Of an event that was found by its ID: whether the rest of what is asked for holds, but the times."""
    body = event.body
    told = ((wanted.types, body.get("type")), (wanted.actions, body.get("action")), (wanted.steps, body.get("bizStep")))
    places = ((wanted.read_points, event.read_point), (wanted.locations, event.location))
    return all(right is None or found in right for right, found in (*told, *places, (wanted.dispositions, body.get("disposition")))) and (
        wanted.keep is None or wanted.keep(body)
    )
