"""The REST binding of EPCIS 2.0: POST /capture, its jobs and the list of them. Errors are problem documents (RFC 7807), as there."""

import tempfile
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.exchange.capture_jobs import CaptureJobs, Check, told, told_in_short
from api.exchange.capturer import capturer
from api.exchange.discovery import BEHAVIOURS, VERSIONS, discovery_routes
from api.exchange.pages import page_of, sliced
from api.exchange.problem_answers import Refused, answering, json_answer
from api.exchange.spooled import SPOOLED, receive
from api.http.caller import address_of
from auth.actor import Actor
from auth.bearer import Bearers
from graph.capture import Options
from graph.engine.driver import Graph
from graph.events.jobs import job_by_id, jobs_page
from graph.model.times import now_ms

_MOST_JOBS = 100


def capture_routes(
    graph: Callable[[], Graph], bearers: Bearers, check: Check, jobs: CaptureJobs, options: Options, body_bytes: int
) -> list[Route]:
    async def recorder(request: Request) -> Actor:
        return await capturer(request, bearers, check, needing="capturing needs", to="capture")

    async def capture(request: Request) -> Response:
        actor = await recorder(request)
        behaviour = request.headers.get("gs1-capture-error-behaviour", "rollback")
        if behaviour not in BEHAVIOURS:
            detail = f"found GS1-Capture-Error-Behaviour: {behaviour[:40]!r}; right is rollback or proceed"
            raise Refused(400, "ValidationException", detail)
        if (packed := request.headers.get("content-encoding", "identity").strip().lower()) != "identity":
            detail = f"found Content-Encoding: {packed[:40]!r}; right is the document itself, or POST /import, which takes it packed"
            raise Refused(415, "UnsupportedMediaTypeException", detail)
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

    async def listed(request: Request) -> Response:
        actor = await recorder(request)
        page = page_of(request, _MOST_JOBS)
        found, now = await jobs_page(graph(), actor.scope, page.limit + 1, page.after), now_ms()
        told_of, headers = sliced(request, page, [told_in_short(one, now) for one in found], lambda one: one["captureID"])
        return json_answer(told_of, headers)

    async def job(request: Request) -> Response:
        actor = await recorder(request)
        found = await job_by_id(graph(), actor.scope, f"capture/{actor.enterprise}/{request.path_params['id']}")
        if found is None:
            raise Refused(404, "NoSuchResourceException", "found no such capture job; right is the Location of a POST /capture")
        return json_answer(told(found, now_ms()))

    return [
        *discovery_routes(body_bytes),
        Route("/capture", answering(capture), methods=["POST"]),
        Route("/capture", answering(listed), methods=["GET"]),
        Route("/capture/{id}", answering(job), methods=["GET"]),
    ]
