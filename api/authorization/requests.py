"""OAuth requests out of HTTP requests, and HTTP answers out of OAuth's."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.request import HttpError, read_body
from auth.server.oauth import Answer, Asked
from auth.server.store import StoreError

log = structlog.get_logger(__name__)

T = TypeVar("T")
_BODY_BYTES = 16 * 1024
_FIELDS = 50
_FORM = "application/x-www-form-urlencoded"
_NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
# hashing a secret takes memory and time on purpose: no more of that at once
_AT_ONCE = 2


class BadForm(Exception):
    """The parameters cannot be read; in words for the caller."""


class Workers:
    """Threads for what blocks, a few at a time."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)


async def fields_of(request: Request) -> dict[str, str]:
    """The parameters of the query, or of the form for a POST. BadForm for one that comes twice, too many, or another media type."""
    if request.method != "POST":
        return fields(request.url.query)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise BadForm(f"The body has to be {_FORM}.")
    try:
        return fields((await read_body(request, _BODY_BYTES)).decode())
    except (HttpError, UnicodeDecodeError) as error:
        raise BadForm("The body is too long, or no text.") from error


def fields(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise BadForm("There are too many parameters.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise BadForm("A parameter comes twice.")
        if value:
            found[name] = value
    return found


def asked(request: Request, issuer: str, given: Mapping[str, str]) -> Asked:
    """The address is that of the issuer, whatever a proxy in front was called by."""
    kept = {name.title(): value for name, value in request.headers.items() if name == "authorization"}
    return Asked(request.method, f"{issuer}{request.url.path}", kept, given)


def answered(answer: Answer) -> Response:
    headers = {**dict(answer.headers), **_NEVER_KEPT}
    if answer.body is None:
        return Response(None, answer.status, headers)
    headers.pop("Content-Type", None)
    return JSONResponse(dict(answer.body), answer.status, headers)


def unavailable(error: StoreError) -> Response:
    log.error("the authorization server's store cannot be used", reason=str(error))
    return JSONResponse({"error": "temporarily_unavailable"}, 503, {**_NEVER_KEPT, "Retry-After": "1"})


def refused(words: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": words}, 400, _NEVER_KEPT)
