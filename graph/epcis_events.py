"""Captured events, read again, and what became of the documents that they came in."""

import re
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import orjson

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import by_kind, owner_of
from graph.model.records.epcis_event import LIGHT, event_id_name, event_name, hash_uri, is_declaration
from graph.portions import portions
from graph.statements import Statement, statement

_PAGES = {
    (name, key, order): statement(f"event/{name}", key=key, order=order)
    for name in ("page", "page_named")
    for key in ("eventAt", "recordedAt")
    for order in ("ASC", "DESC")
}
_BY_EVENT_ID = statement("event/by_event_id")
_BY_FURTHER_ID = statement("event/by_further_id")
_DECLARATIONS = statement("event/declarations")
_FURTHER_IDS = statement("event/further_ids")
_TOLD_AGAIN = statement("event/told_again")
_BY_HASH = statement("event/by_hash")
_BY_IDS = statement("event/by_ids")
_LATEST = statement("event/latest")
_SIZES = statement("event/sizes")
_WAITING = {label: statement("event/waiting", label=label) for label in ("Package", "ProductionBatch")}
_WAITING_OWNERS = {label: statement("event/waiting_owners", label=label) for label in ("Package", "ProductionBatch")}
_JOB = statement("event/job")
_JOBS = statement("event/jobs")
_PUT_JOB = statement("capture/put_job")
EVER = 2**53
PAGE = 500
_SCANNED = 2_000
"""Events that are read for one answer at the most, where only their bodies tell which of them are asked for."""
PAGE_BYTES = 10_000_000
"""Characters of the events of one answer, and of those that are looked through for it and take more than `LIGHT`, at the most."""
_AT_ONCE = 2_000_000
"""Characters of such events that are read at once."""
_LAST = "~"
_HASH = re.compile(r"ni:///sha-256;([0-9a-f]{64}(?:-[0-9a-f]{16})?(?:\.[0-9a-f]{16})?)(?:\?ver=CBV2\.0)?")
"""Of an event, or all by which it is kept. Of fewer digits it would be the beginning of many."""
Place = tuple[int, str]
"""In an order of events: the time of one, in ms, and its ID."""


class Order(StrEnum):
    EVENT_TIME = "eventAt"
    RECORD_TIME = "recordedAt"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: those of every list that is given, and in which order they come.

    start, end, recorded_start, recorded_end: ms. names, read_points, locations: canonical URIs. keep: what else the body says.
    """

    start: int = -EVER
    end: int = EVER
    recorded_start: int = -EVER
    recorded_end: int = EVER
    types: Sequence[str] | None = None
    actions: Sequence[str] | None = None
    steps: Sequence[str] | None = None
    dispositions: Sequence[str] | None = None
    read_points: Sequence[str] | None = None
    locations: Sequence[str] | None = None
    names: Sequence[str] | None = None
    event_ids: Sequence[str] | None = None
    keep: Callable[[Mapping[str, Any]], bool] | None = None
    order: Order = Order.EVENT_TIME
    descending: bool = False

    def until(self, recorded: int) -> "Wanted":
        """Of those up to a record time alone."""
        return replace(self, recorded_end=min(self.recorded_end, recorded + 1))


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


@dataclass(frozen=True, slots=True)
class Found:
    """following: where to go on; None when there are no more. There may be more although fewer were found than were asked for."""

    events: list[StoredEvent]
    following: Place | None


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """id: a ULID after the owner; times in ms; errors, notes, records: JSON texts, errors of what EPCIS calls exceptions.

    alive_at: when it was last known to be worked on; it is not through while it has no finished_at.
    """

    id: str
    owner: str
    created_at: int
    behaviour: str
    alive_at: int = 0
    finished_at: int | None = None
    success: bool = True
    captured: int = 0
    unchanged: int = 0
    refused: int = 0
    noted: int = 0
    errors: str = "[]"
    notes: str = "[]"
    recorded: int = 0
    records: str = "[]"


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
    scanned: int | None = _SCANNED,
) -> Found:
    """As `events_page`, but of no more than so many events that are read, and no more than `PAGE_BYTES`, one event at the least."""
    owner = owner or scope.enterprise or ""
    if wanted.event_ids is not None:
        return await _named(graph, scope, owner, wanted, limit, after, bounded=scanned is not None)
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
            event = large.get(row[0]) or _stored([row[:9]])[0]
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
    ids: list[str] = []
    size = 0
    for row in rows:
        if row[2] is None:
            size += row[9]
            if ids and size > _AT_ONCE:
                break
            ids.append(row[0])
    return {event.id: event for event in await events_by_ids(graph, scope, owner, ids)}


async def latest(graph: Graph, scope: Scope, owner: str) -> int:
    """The record time, in ms, up to which all that the owner captured is there, and will be: what is being captured comes after it."""
    rows = await graph.read(_LATEST, scope, owner=owner)
    return rows[0][0] if rows else -EVER


def place_of(event: StoredEvent, wanted: Wanted) -> Place:
    return (event.at if wanted.order is Order.EVENT_TIME else event.recorded_at), event.id


async def _page(graph: Graph, scope: Scope, owner: str, wanted: Wanted, limit: int, after: Place | None) -> list[Any]:
    """Rows as of the statement: those that take much come without their bodies, and with their sizes."""
    by_event = wanted.order is Order.EVENT_TIME
    low, high = (wanted.start, wanted.end - 1) if by_event else (wanted.recorded_start, wanted.recorded_end - 1)
    above, below = "", _LAST
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


async def all_events(graph: Graph, scope: Scope, owner: str) -> AsyncGenerator[list[StoredEvent]]:
    """Every event of an owner, page by page, in the order in which they were captured, each once more for each further ID of it.

    Then come again those that were told again, and of which more was recorded then. What one call captured is put in order in memory.
    """
    after: Place | None = None
    waiting: list[StoredEvent] = []
    while True:
        page = await events_found(graph, scope, Wanted(order=Order.RECORD_TIME), PAGE, after, owner)
        waiting += page.events
        after = page.following
        last = EVER if after is None else waiting[-1].recorded_at
        ready = sorted((one for one in waiting if one.recorded_at < last), key=lambda one: (one.recorded_at, one.place, one.at, one.id))
        waiting = [one for one in waiting if one.recorded_at >= last]
        if ready:
            yield ready
        for event, called in await _further_ids(graph, scope, owner, ready):
            yield [replace(event, body=event.body | {"eventID": called}, again=True)]
        if after is None:
            break
    async for told_again in _told_again(graph, scope, owner):
        yield [replace(event, again=True) for event in told_again]


async def events_pages(graph: Graph, scope: Scope, wanted: Wanted, owner: str | None = None) -> AsyncGenerator[list[StoredEvent]]:
    """Every one of the events, page by page; of one enterprise as of `events_page`."""
    after: Place | None = None
    while True:
        page = await events_found(graph, scope, wanted, PAGE, after, owner)
        yield page.events
        after = page.following
        if after is None:
            return


async def _further_ids(graph: Graph, scope: Scope, owner: str, events: Sequence[StoredEvent]) -> list[tuple[StoredEvent, str]]:
    found = {event.id: event for event in events}
    [row] = await graph.read(_FURTHER_IDS, scope, owner=owner, ids=list(found))
    return sorted(((found[one], key.removeprefix(event_id_name(owner, ""))) for one, key in row[0]), key=lambda called: called[1])


async def _told_again(graph: Graph, scope: Scope, owner: str) -> AsyncGenerator[list[StoredEvent]]:
    low, above = -EVER, ""
    while True:
        [row] = await graph.read(_TOLD_AGAIN, scope, owner=owner, low=low, above=above, limit=PAGE)
        ahead = [((at, record), characters) for at, record, characters in row[0]]
        while ahead:
            portion = _portion(ahead)
            ahead = ahead[len(portion) :]
            events = {event.id: event for event in await events_by_ids(graph, scope, owner, [place[1] for place, _ in portion])}
            yield [events[place[1]] for place, _ in portion]
        if len(row[0]) < PAGE:
            return
        low, above = row[0][-1][:2]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A captured event of which not all is recorded. by: the subject of who captured it; size: characters as it is kept."""

    at: int
    id: str
    by: str
    size: int

    @property
    def owner(self) -> str:
        return owner_of(self.id)


async def waiting_owners(graph: Graph, records: Iterable[str]) -> dict[str, set[str]]:
    """Whose events wait for more to be told of which of these packages and batches."""
    found: dict[str, set[str]] = {}
    for label, ids in _portions(records):
        for owner, waited_for in await graph.read(_WAITING_OWNERS[label], Scope.ALL, ids=ids):
            found.setdefault(owner, set()).update(waited_for)
    return found


async def waiting_events(graph: Graph, owner: str, records: Iterable[str], *, told: Collection[str], limit: int) -> list[Waiting]:
    """Of one owner those that wait for these records, the first so many in the order of their times. told: which not."""
    found: set[Waiting] = set()
    for label, ids in _portions(records):
        rows = await graph.read(_WAITING[label], Scope.ALL, ids=ids, owner=owner, told=list(told), limit=limit)
        found.update(Waiting(*row) for row in rows)
    return sorted(found, key=lambda one: (one.at, one.id))[:limit]


def _portions(records: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """By the label of their nodes."""
    for kind, ids in by_kind(records).items():
        for portion in portions(ids):
            yield kind.label, portion


async def events_by_ids(graph: Graph, scope: Scope, owner: str, ids: Sequence[str]) -> list[StoredEvent]:
    """In no order."""
    [row] = await graph.read(_BY_IDS, scope, owner=owner, ids=list(ids))
    return _stored(row[0])


async def event_sizes(graph: Graph, scope: Scope, owner: str, ids: Sequence[str]) -> dict[str, int]:
    """What each event of the owner takes as it is kept, in characters."""
    [row] = await graph.read(_SIZES, scope, owner=owner, ids=list(ids))
    return dict(row[0])


async def _named(graph: Graph, scope: Scope, owner: str, wanted: Wanted, limit: int, after: Place | None, *, bounded: bool) -> Found:
    """Those of the event IDs, or hashes, that are asked for: all their places first, then the events of one page."""
    found: list[StoredEvent] = []
    size = 0
    ahead = [one for one in await _places_named(graph, scope, owner, wanted) if after is None or _past(one[0], after, wanted)]
    read = 0
    while read < len(ahead):
        portion = _portion(ahead[read : read + PAGE])
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
        rows += [row async for row in _rows_named(graph, scope, owner, _BY_HASH, first=name, last=name + _LAST)]
    places: dict[Place, int] = {}
    for record, at, recorded_at, characters in rows:
        if wanted.start <= at < wanted.end and wanted.recorded_start <= recorded_at < wanted.recorded_end:
            places[at if wanted.order is Order.EVENT_TIME else recorded_at, record] = characters
    return sorted(places.items(), reverse=wanted.descending)


async def _rows_named(graph: Graph, scope: Scope, owner: str, query: Statement, **given: Any) -> AsyncGenerator[Any]:
    past: str | None = ""
    while past is not None:
        [row] = await graph.read(query, scope, **given, owner=owner, past=past, limit=_SCANNED)
        for one in row[0]:
            yield one
        past = row[0][-1][0] if len(row[0]) == _SCANNED else None


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
            found += [(one, row[0]) async for row in _rows_named(graph, scope, owner, _BY_HASH, first=name, last=name + _LAST)]
    return found


def _past(place: Place, after: Place, wanted: Wanted) -> bool:
    return place < after if wanted.descending else place > after


def _portion(ahead: Sequence[tuple[Place, int]]) -> Sequence[tuple[Place, int]]:
    """So many as are read at once, the first at the least."""
    size = 0
    for count, (_, characters) in enumerate(ahead):
        size += characters
        if count and size > _AT_ONCE:
            return ahead[:count]
    return ahead


def _fits(wanted: Wanted, event: StoredEvent) -> bool:
    """Of an event that was found by its ID: whether the rest of what is asked for holds, but the times."""
    body = event.body
    told = ((wanted.types, body.get("type")), (wanted.actions, body.get("action")), (wanted.steps, body.get("bizStep")))
    places = ((wanted.read_points, event.read_point), (wanted.locations, event.location))
    return all(right is None or found in right for right, found in (*told, *places, (wanted.dispositions, body.get("disposition")))) and (
        wanted.keep is None or wanted.keep(body)
    )


def _stored(rows: Sequence[Any]) -> list[StoredEvent]:
    return [StoredEvent(one, at, orjson.loads(body), orjson.loads(prefixes), *more) for one, at, body, prefixes, *more in rows]


async def keep_job(graph: Graph, scope: Scope, job: CaptureJob) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(_PUT_JOB, scope, job=asdict(job))

    await graph.write(work)


async def job_by_id(graph: Graph, scope: Scope, job: str) -> CaptureJob | None:
    """None for one that there is not, and for another's."""
    rows = await graph.read(_JOB, scope, id=job)
    return CaptureJob(**rows[0][0]) if rows else None


async def jobs_page(graph: Graph, scope: Scope, limit: int, before: str | None = None) -> list[CaptureJob]:
    """Those of the scope's enterprise, the newest first, without what is told of events. before: the ULID of one; they are older."""
    first = f"capture/{scope.enterprise}/"
    [row] = await graph.read(_JOBS, scope, first=first, before=first + (before or _LAST), limit=limit)
    return [CaptureJob(**one) for one in row[0]]
