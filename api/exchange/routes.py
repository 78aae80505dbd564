"""The REST binding of EPCIS 2.0: POST /capture and its jobs, GET /events. Errors are problem documents (RFC 7807), as there."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.exchange.capture_jobs import CaptureJobs, Check, told
from api.exchange.capturer import capturer
from api.exchange.discovery import BEHAVIOURS, VERSIONS, discovery_routes, unmet
from api.exchange.epcis.documents import Syntax, answer
from api.exchange.epcis.queries import (
    MOST_PER_PAGE,
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
from api.exchange.event_reader import OWNER, EventReader, event_reader
from api.exchange.problem_answers import Refused, answering, json_answer
from api.exchange.spooled import SPOOLED, receive
from api.http.caller import actor_of, address_of
from api.http.request import media_ranges
from auth.actor import Actor
from auth.bearer import Bearers
from graph.capture import Options
from graph.engine.driver import Graph
from graph.epcis_events import Found, Wanted, events_found, events_page, job_by_id
from graph.model.times import now_ms
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


def exchange_routes(
    graph: Callable[[], Graph],
    bearers: Bearers,
    check: Check,
    jobs: CaptureJobs,
    options: Options,
    body_bytes: int,
    *,
    reason_required: bool,
) -> list[Route]:
    async def reading(request: Request) -> EventReader:
        actor = await actor_of(request, bearers)
        await check(actor)
        return event_reader(request, await bounded(graph(), actor), reason_required=reason_required)

    async def recorder(request: Request) -> Actor:
        return await capturer(request, bearers, check, needing="capturing needs", to="capture")

    async def capture(request: Request) -> Response:
        actor = await recorder(request)
        behaviour = request.headers.get("gs1-capture-error-behaviour", "rollback")
        if behaviour not in BEHAVIOURS:
            detail = f"found GS1-Capture-Error-Behaviour: {behaviour[:40]!r}; right is rollback or proceed"
            raise Refused(400, "ValidationException", detail)
        told_from = replace(options, address=address_of(request))
        long = f"found more than {body_bytes:,} bytes; right is less, in several documents, or `milkline import`"
        body = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 # the job closes it
        try:
            await receive(request, body, body_bytes, Refused(413, "CaptureLimitExceededException", long))
        except BaseException:
            body.close()
            raise
        job = await jobs.begin(actor, told_from, body, rollback=behaviour == "rollback")
        headers = {"Location": f"/capture/{job.id.rpartition('/')[2]}", "GS1-Capture-Error-Behaviour": behaviour}
        return Response(status_code=202, headers=VERSIONS | headers)

    async def job(request: Request) -> Response:
        actor = await recorder(request)
        found = await job_by_id(graph(), actor.scope, f"capture/{actor.enterprise}/{request.path_params['id']}")
        if found is None:
            raise Refused(404, "NoSuchResourceException", "found no such capture job; right is the Location of a POST /capture")
        return json_answer(told(found, now_ms()))

    async def events(request: Request) -> Response:
        reader, syntax, media_type = await reading(request), *_accepted(request)
        try:
            wanted, limit, following, counts = _asked(request)
        except BadParameter as error:
            raise Refused(400, "QueryParameterException", str(error)) from error
        if counts.largest is not None and following is None:
            await _check_not_more(graph(), reader, wanted, counts.largest)
        left = following.left if following else counts.limit
        portion, place = min(limit, left) if left else limit, following.place if following else None
        found = await events_found(graph(), reader.actor.scope, wanted, portion, place, reader.owner)
        await reader.log(graph(), "events", found.events)
        headers = VERSIONS | _next(request, found, left)
        return Response(await anyio.to_thread.run_sync(answer, found.events, syntax), 200, headers, media_type)

    async def event(request: Request) -> Response:
        reader, syntax, media_type = await reading(request), *_accepted(request)
        wanted = Wanted(event_ids=[request.path_params["id"]])
        found = await events_page(graph(), reader.actor.scope, wanted, MOST_PER_PAGE, owner=reader.owner)
        if not found:
            raise Refused(404, "NoSuchResourceException", "found no such event that the caller may read")
        await reader.log(graph(), "event", found)
        return Response(await anyio.to_thread.run_sync(answer, found, syntax), 200, VERSIONS, media_type)

    return [
        *discovery_routes(body_bytes),
        Route("/capture", answering(capture), methods=["POST"]),
        Route("/capture/{id}", answering(job), methods=["GET"]),
        Route("/events", answering(events), methods=["GET"]),
        Route("/events/{id:path}", answering(event), methods=["GET"]),
    ]


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


def _asked(request: Request) -> tuple[Wanted, int, Following | None, Counts]:
    """Raises `BadParameter`."""
    given = request.query_params
    return (
        wanted_of([one for one in given.multi_items() if one[0] != OWNER], prefixes_of(request.headers.get("gs1-extensions"))),
        per_page(given.get("perPage")),
        following_of(given.get("nextPageToken")),
        counts_of(given.get("eventCountLimit"), given.get("maxEventCount")),
    )


async def _check_not_more(graph: Graph, reader: EventReader, wanted: Wanted, largest: int) -> None:
    found = await events_found(graph, reader.actor.scope, wanted, largest, None, reader.owner)
    if found.following is not None:
        many = f"more than {largest} events" if len(found.events) == largest else "more events than one answer looks through"
        raise Refused(413, "QueryTooLargeException", f"found {many}; right is a query of fewer, or one without maxEventCount")


def _next(request: Request, found: Found, left: int | None) -> dict[str, str]:
    left = None if left is None else left - len(found.events)
    if found.following is None or left == 0:
        return {}
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    query = urlencode([*given, ("nextPageToken", token_of(Following(found.following, left)))])
    return {"Link": f'</events?{query}>; rel="next"'}
