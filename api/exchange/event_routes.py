"""The REST binding of EPCIS 2.0: captured events, by the parameters of a call or by those of a query that was named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.exchange.capture_jobs import Check
from api.exchange.discovery import VERSIONS, unmet
from api.exchange.epcis.documents import QUERY, Syntax, answer
from api.exchange.epcis.queries import (
    PAGING,
    BadParameter,
    Counts,
    Following,
    counts_of,
    following_of,
    per_page,
    prefixes_of,
    token_of,
    wanted_of,
)
from api.exchange.event_reader import OWNER, EventReader, check_there, event_reader
from api.exchange.pages import linked
from api.exchange.problem_answers import Refused, answering
from api.http.caller import actor_of
from api.http.request import media_ranges
from auth.bearer import Bearers
from graph.delivery import named_queries
from graph.engine.driver import Graph
from graph.events.pages import events_found, latest
from graph.events.stored import StoredEvent
from graph.events.wanted import EVER, Wanted
from graph.model.identifiers import shown
from graph.regions import bounded

_JSON_LD = (Syntax.JSON, "application/ld+json")
_MEDIA_TYPES = {
    "application/ld+json": _JSON_LD,
    "application/json": (Syntax.JSON, "application/json"),
    "application/xml": (Syntax.XML, "application/xml"),
    "text/xml": (Syntax.XML, "text/xml"),
    "application/*": _JSON_LD,
    "*/*": _JSON_LD,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """query: the name that the answer gives the query."""

    wanted: Wanted
    limit: int
    following: Following | None
    counts: Counts
    query: str = QUERY


def event_routes(graph: Callable[[], Graph], bearers: Bearers, check: Check, *, reason_required: bool) -> list[Route]:
    async def reading(request: Request) -> EventReader:
        actor = await actor_of(request, bearers)
        await check(actor)
        reader = event_reader(request, await bounded(graph(), actor), reason_required=reason_required)
        await check_there(graph(), reader)
        return reader

    async def events(request: Request) -> Response:
        reader, accepted = await reading(request), _accepted(request)
        return await page(request, reader, accepted, _asked(request, _given(request), prefixes_of(request.headers.get("gs1-extensions"))))

    async def named(request: Request) -> Response:
        reader, accepted = await reading(request), _accepted(request)
        query = await named_queries.by_name(graph(), reader.actor.scope, reader.owner, request.path_params["name"])
        if query is None:
            raise Refused(404, "NoSuchNameException", f"found no such query of enterprise {reader.owner}; right is one that it has named")
        given = _given(request)
        if strange := [name for name, _ in given if name not in PAGING]:
            right = f"right is one of {', '.join((*PAGING, OWNER))}: what is asked was said when the query was named"
            raise BadParameter(f"found the parameter {shown(strange[0])}; {right}")
        return await page(request, reader, accepted, _asked(request, [*given, *orjson.loads(query.text).items()], {}, query.name))

    async def page(request: Request, reader: EventReader, accepted: tuple[Syntax, str], asked: _Asked) -> Response:
        following, counts = asked.following, asked.counts
        # what is captured meanwhile is in no page: whoever asks again from the latest record time on would miss what came before that
        until = following.until if following else await latest(graph(), reader.actor.scope, reader.owner)
        asked = replace(asked, wanted=asked.wanted.until(until))
        if counts.largest is not None and following is None:
            await _check_not_more(graph(), reader, asked.wanted, counts.largest)
        left = following.left if following else counts.limit
        portion, place = min(asked.limit, left) if left else asked.limit, following.place if following else None
        found = await events_found(graph(), reader.actor.scope, asked.wanted, portion, place, reader.owner)
        await reader.log(graph(), "events", found.events)
        left = None if left is None else left - len(found.events)
        headers = {} if found.following is None or left == 0 else linked(request, token_of(Following(found.following, until, left)))
        return await _told(found.events, accepted, headers, asked.query)

    async def event(request: Request) -> Response:
        reader, accepted = await reading(request), _accepted(request)
        given, wanted = request.query_params, Wanted(event_ids=[request.path_params["id"]])
        portion, following = per_page(given.get("perPage")), following_of(given.get("nextPageToken"))
        place = following.place if following else None
        found = await events_found(graph(), reader.actor.scope, wanted, portion, place, reader.owner)
        if not found.events and following is None:
            raise Refused(404, "NoSuchResourceException", "found no such event that the caller may read")
        await reader.log(graph(), "event", found.events)
        headers = {} if found.following is None else linked(request, token_of(Following(found.following, EVER)))
        return await _told(found.events, accepted, headers, QUERY)

    return [
        Route("/events", answering(events), methods=["GET"]),
        Route("/events/{id:path}", answering(event), methods=["GET"]),
        Route("/queries/{name}/events", answering(named), methods=["GET"]),
    ]


async def _told(events: Sequence[StoredEvent], accepted: tuple[Syntax, str], headers: dict[str, str], query: str) -> Response:
    syntax, media_type = accepted
    return Response(await anyio.to_thread.run_sync(answer, events, syntax, query), 200, VERSIONS | headers, media_type)


def _given(request: Request) -> list[tuple[str, str]]:
    return [one for one in request.query_params.multi_items() if one[0] != OWNER]


def _accepted(request: Request) -> tuple[Syntax, str]:
    """The syntax to answer in, and its media type as the client names it: JSON-LD unless XML is wanted more."""
    if (wish := unmet(request)) is not None:
        raise Refused(406, "NotAcceptableException", wish)
    header = request.headers.get("accept", "")
    for media_type, quality in sorted(media_ranges(header or "*/*"), key=lambda each: -each[1]):
        if quality > 0 and media_type in _MEDIA_TYPES:
            return _MEDIA_TYPES[media_type]
    right = f"right is one of {', '.join(name for name in _MEDIA_TYPES if '*' not in name)}"
    raise Refused(406, "NotAcceptableException", f"found Accept: {header[:200]}; {right}")


def _asked(request: Request, given: Sequence[tuple[str, str]], prefixes: Mapping[str, str], query: str = QUERY) -> _Asked:
    """Raises `BadParameter`."""
    paging = request.query_params
    return _Asked(
        wanted_of(given, prefixes),
        per_page(paging.get("perPage")),
        following_of(paging.get("nextPageToken")),
        counts_of(paging.get("eventCountLimit"), paging.get("maxEventCount")),
        query,
    )


async def _check_not_more(graph: Graph, reader: EventReader, wanted: Wanted, largest: int) -> None:
    found = await events_found(graph, reader.actor.scope, wanted, largest, None, reader.owner)
    if found.following is not None:
        many = f"more than {largest} events" if len(found.events) == largest else "more events than one answer looks through"
        raise Refused(413, "QueryTooLargeException", f"found {many}; right is a query of fewer, or one without maxEventCount")
