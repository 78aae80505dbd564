"""The events that are asked for, a page at a time."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.events.named import events_named
from graph.events.stored import StoredEvent, as_many_at_once, events_by_ids, read_events
from graph.events.wanted import EVER, LAST, PAGE, PAGE_BYTES, SCANNED, Found, Order, Place, Wanted, place_of
from graph.model.records.epcis_event import LIGHT
from graph.statements import statement

_PAGES = {
    (name, key, order): statement(f"event/{name}", key=key, order=order)
    for name in ("page", "page_named")
    for key in ("eventAt", "recordedAt")
    for order in ("ASC", "DESC")
}
_LATEST = statement("event/latest")


async def events_page(
    graph: Graph, scope: Scope, wanted: Wanted, limit: int, after: Place | None = None, owner: str | None = None
) -> list[StoredEvent]:
    """The first so many, however many have to be read for them; of one enterprise: the owner, or the only one of the scope."""
    return (await events_found(graph, scope, wanted, limit, after, owner, scanned=None)).events


async def events_found(
    graph: Graph,
    scope: Scope,
    wanted: Wanted,
    limit: int,
    after: Place | None = None,
    owner: str | None = None,
    *,
    scanned: int | None = SCANNED,
) -> Found:
    """As `events_page`, but of no more than so many events that are read, and no more than `PAGE_BYTES`, one event at the least."""
    owner = owner or scope.enterprise or ""
    if wanted.event_ids is not None:
        return await events_named(graph, scope, owner, wanted, limit, after, bounded=scanned is not None)
    found: list[StoredEvent] = []
    portion, read, size = limit + 1, 0, 0
    while True:
        page = await _page(graph, scope, owner, wanted, portion, after)
        large: dict[str, StoredEvent] = {}
        for place, row in enumerate(page):
            if len(found) == limit and wanted.keep is None:
                return Found(found, after)
            if row[2] is None or wanted.keep is None:
                size += row[9]
            if scanned is not None and size > PAGE_BYTES and (found or read or place):
                return Found(found, after)
            if row[2] is None and row[0] not in large:
                large = await _large(graph, scope, owner, page[place:])
            event = large.get(row[0]) or read_events([row[:9]])[0]
            if wanted.keep is None or wanted.keep(event.body):
                if len(found) == limit:
                    return Found(found, place_of(found[-1], wanted))
                found.append(event)
            after = place_of(event, wanted)
        if len(page) < portion:
            return Found(found, None)
        read += len(page)
        portion = PAGE
        if scanned is not None and read >= scanned:
            return Found(found, after)


async def _large(graph: Graph, scope: Scope, owner: str, rows: Sequence[Any]) -> dict[str, StoredEvent]:
    """Of the rows that came without their bodies, the events: so many as are read at once, the first at the least."""
    portion = as_many_at_once([(row[0], row[9]) for row in rows if row[2] is None])
    return {event.id: event for event in await events_by_ids(graph, scope, owner, [event for event, _ in portion])}


async def events_pages(graph: Graph, scope: Scope, wanted: Wanted, owner: str | None = None) -> AsyncGenerator[list[StoredEvent]]:
    """Every one of the events, page by page; of one enterprise as of `events_page`."""
    after: Place | None = None
    while True:
        page = await events_found(graph, scope, wanted, PAGE, after, owner)
        yield page.events
        after = page.following
        if after is None:
            return


async def latest(graph: Graph, scope: Scope, owner: str) -> int:
    """The record time, in ms, up to which all that the owner captured is there, and will be: what is being captured comes after it."""
    rows = await graph.read(_LATEST, scope, owner=owner)
    return rows[0][0] if rows else -EVER


async def _page(graph: Graph, scope: Scope, owner: str, wanted: Wanted, limit: int, after: Place | None) -> list[Any]:
    """Rows as of the statement: those that take much come without their bodies, and with their sizes."""
    by_event = wanted.order is Order.EVENT_TIME
    low, high = (wanted.start, wanted.end - 1) if by_event else (wanted.recorded_start, wanted.recorded_end - 1)
    above, below = "", LAST
    if after is not None and wanted.descending:
        high, below = (after[0], after[1]) if after[0] <= high else (high, below)
    elif after is not None:
        low, above = (after[0], after[1]) if after[0] >= low else (low, above)
    given: dict[str, Any] = {
        "owner": owner,
        "low": low,
        "high": high,
        "above": above,
        "below": below,
        "from": wanted.start,
        "until": wanted.end,
        "recordedFrom": wanted.recorded_start,
        "recordedUntil": wanted.recorded_end,
        "types": wanted.types,
        "actions": wanted.actions,
        "steps": wanted.steps,
        "dispositions": wanted.dispositions,
        "readPoints": wanted.read_points,
        "locations": wanted.locations,
        "limit": limit,
        "light": LIGHT,
    }
    name = "page"
    if wanted.names is not None:
        name, given["names"] = "page_named", list(dict.fromkeys(wanted.names))
    [row] = await graph.read(_PAGES[name, wanted.order.value, "DESC" if wanted.descending else "ASC"], scope, **given)
    return row[0]
