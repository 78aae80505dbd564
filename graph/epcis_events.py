"""Captured events, read again, and what became of the documents that they came in."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.records.epcis_event import event_name
from graph.statements import statement

_PAGE = statement("event/page")
_PAGE_NAMED = statement("event/page_named")
_BY_EVENT_ID = statement("event/by_event_id")
_BY_IDS = statement("event/by_ids")
_JOB = statement("event/job")
_PUT_JOB = statement("capture/put_job")
EVER = 2**53
PAGE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: those of every list that is given. start, end: ms; names, read_points, locations: canonical URIs."""

    start: int = -EVER
    end: int = EVER
    types: Sequence[str] | None = None
    actions: Sequence[str] | None = None
    steps: Sequence[str] | None = None
    dispositions: Sequence[str] | None = None
    read_points: Sequence[str] | None = None
    locations: Sequence[str] | None = None
    names: Sequence[str] | None = None
    event_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """at, recorded_at: ms. body, prefixes: as captured."""

    id: str
    at: int
    body: dict[str, Any]
    prefixes: dict[str, str]
    event_id: str
    recorded_at: int


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """id: a ULID after the owner; times in ms; errors: a JSON text, a list of what EPCIS calls exceptions."""

    id: str
    owner: str
    created_at: int
    finished_at: int
    success: bool
    behaviour: str
    captured: int
    unchanged: int
    errors: str
    notes: str


async def events_page(
    graph: Graph, scope: Scope, wanted: Wanted, limit: int, after: tuple[int, str] | None = None, owner: str | None = None
) -> list[StoredEvent]:
    """In the order of their times, then IDs; of one enterprise: the owner, or the only one of the scope."""
    owner = owner or scope.enterprise or ""
    if wanted.event_ids is not None:
        return await _by_event_id(graph, scope, owner, wanted.event_ids, limit)
    at, record = after or (-EVER, "")
    given: dict[str, Any] = {
        "owner": owner,
        "from": max(wanted.start, at),
        "until": wanted.end,
        "afterAt": at,
        "afterId": record,
        "types": wanted.types,
        "actions": wanted.actions,
        "steps": wanted.steps,
        "dispositions": wanted.dispositions,
        "readPoints": wanted.read_points,
        "locations": wanted.locations,
        "limit": limit,
    }
    if wanted.names is not None:
        [row] = await graph.read(_PAGE_NAMED, scope, names=list(dict.fromkeys(wanted.names)), **given)
    else:
        [row] = await graph.read(_PAGE, scope, **given)
    return _stored(row[0])


async def all_events(graph: Graph, scope: Scope, owner: str) -> AsyncGenerator[list[StoredEvent]]:
    """Every event of an owner, page by page, in the order of their times."""
    after: tuple[int, str] | None = None
    while True:
        page = await events_page(graph, scope, Wanted(), PAGE, after, owner)
        yield page
        if len(page) < PAGE:
            return
        after = page[-1].at, page[-1].id


async def _by_event_id(graph: Graph, scope: Scope, owner: str, ids: Sequence[str], limit: int) -> list[StoredEvent]:
    """By the event's own ID, or by its hash."""
    [row] = await graph.read(_BY_EVENT_ID, scope, owner=owner, ids=list(dict.fromkeys(ids)), limit=limit)
    hashes = [one.partition(";")[2].partition("?")[0] for one in ids if one.startswith("ni:///sha-256;")]
    [more] = await graph.read(_BY_IDS, scope, owner=owner, ids=[event_name(owner, one) for one in hashes])
    found = {event.id: event for event in (*_stored(row[0]), *_stored(more[0]))}
    return sorted(found.values(), key=lambda event: (event.at, event.id))[:limit]


def _stored(rows: Sequence[Any]) -> list[StoredEvent]:
    return [
        StoredEvent(one, at, orjson.loads(body), orjson.loads(prefixes), event_id, recorded_at)
        for one, at, body, prefixes, event_id, recorded_at in rows
    ]


async def keep_job(graph: Graph, scope: Scope, job: CaptureJob) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(_PUT_JOB, scope, job=asdict(job))

    await graph.write(work)


async def job_by_id(graph: Graph, scope: Scope, job: str) -> CaptureJob | None:
    """None for one that there is not, and for another's."""
    rows = await graph.read(_JOB, scope, id=job)
    return CaptureJob(**rows[0][0]) if rows else None
