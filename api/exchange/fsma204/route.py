"""GET /fsma204: the sortable spreadsheet, for whoever may trace; what is read is in the access log before it leaves."""

import tempfile
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.context import Context
from api.errors import ApiError, ErrorCode
from api.exchange.fsma204.events import Events
from api.exchange.fsma204.tracing import Asking, trace
from api.exchange.fsma204.workbook import write
from api.exchange.report_answer import XLSX
from api.exchange.spooled import pieces_of
from api.http.caller import CHALLENGE, actor_of, reason_for
from api.http.request import JSON, HttpError
from api.http.responses import refuse, refusing
from api.resolvers.lineage import seeds_of
from auth.actor import Actor, Role
from auth.bearer import Bearers
from graph import access

_PARAMETERS = frozenset({"from", "radius"})
_STATUSES = {ErrorCode.UNAUTHENTICATED: 401, ErrorCode.FORBIDDEN: 403}


def fsma204_routes(
    bearers: Bearers, check: Callable[[Actor], Awaitable[None]], contexts: Callable[[Actor, Request], Awaitable[Context]]
) -> list[Route]:
    """check: raises HttpError for one who may not act, or no longer. contexts: of a caller, who has been checked."""

    async def handle(request: Request) -> Response:
        caller = await actor_of(request, bearers)
        if caller.role is Role.PUBLIC:
            raise HttpError(401, ErrorCode.UNAUTHENTICATED, "found no token; lineage is for who has one", CHALLENGE)
        try:
            return await _answered(request, await contexts(caller, request), check)
        except ApiError as error:
            return refuse(error, JSON, _STATUSES.get(error.code, 400))

    return [Route("/fsma204", refusing(handle), methods=["GET"])]


async def _answered(request: Request, context: Context, check: Callable[[Actor], Awaitable[None]]) -> Response:
    if strange := sorted(set(request.query_params) - _PARAMETERS):
        raise _bad(f"found the parameter {strange[0][:40]!r}; right is {', '.join(sorted(_PARAMETERS))}")
    asked = await seeds_of(context, request.query_params.getlist("from"))
    radius = radius_of(request.query_params.get("radius"), context.settings.recall_radius)
    reason = reason_for(request, context.actor, required=context.settings.reason_required)
    traced = await trace(Asking(context.loaders, context.view, context.settings.limits, radius), asked)
    out = tempfile.TemporaryFile()  # noqa: SIM115 # the answer is told from it
    try:
        await write(Events(context.loaders, traced).rows(), traced, radius, out)
        await check(context.actor)  # who was suspended while the file was made does not get it
        context.read(traced.records)
        read = frozenset(context.loaders.shown)
        await access.log(context.graph, access.Reading(context.actor, "fsma204", reason, context.address, read))
    except BaseException:
        out.close()
        raise
    headers = {"Content-Disposition": 'attachment; filename="fsma204.xlsx"', "Cache-Control": "private, no-store"}
    return StreamingResponse(pieces_of(out), media_type=XLSX, headers=headers)


def radius_of(given: str | None, widest: int) -> int | None:
    """ApiError for what is no radius."""
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 4 and int(given) <= widest):
        raise _bad(f"found radius={given[:40]!r}; a radius is 0 to {widest}")
    return int(given)


def _bad(message: str) -> ApiError:
    return ApiError(ErrorCode.BAD_USER_INPUT, message)
