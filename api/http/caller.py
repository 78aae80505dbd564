"""Who asks, by the bearer token of a request, from where, and why."""

import time

import structlog
from starlette.requests import Request

from api.errors import ErrorCode
from api.http.request import REASON, HttpError, reason_of
from auth.actor import Actor
from auth.bearer import Bearers
from auth.policy import leaves_a_trace
from auth.refusals import InvalidToken, IssuerUnavailable

log = structlog.get_logger(__name__)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="milkline"'}
_SAID_AGAIN_AFTER_S = 10.0
_said: dict[str, float] = {}


async def actor_of(request: Request, bearers: Bearers) -> Actor:
    """By the bearer token, PUBLIC without one. HttpError 401 for one that is not valid, in the same words for every reason; 503 while
    its issuer's keys cannot be had."""
    given = request.headers.getlist("authorization")
    in_address = "access_token" in request.query_params
    if not given and not in_address:
        return Actor.ANONYMOUS
    try:
        if in_address:
            # addresses end up in logs and histories
            raise InvalidToken("it stood in the address")
        scheme, _, token = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not token.strip():
            raise InvalidToken("no bearer token")
        return await bearers.actor(token.strip())
    except InvalidToken as error:
        _note(error)
        message = "the bearer token is not valid: it is malformed, expired, or was not issued for this service"
        raise HttpError(401, ErrorCode.UNAUTHENTICATED, message, CHALLENGE) from error
    except IssuerUnavailable as error:
        message = "tokens cannot be checked just now, since their issuer cannot be reached; send the same call again"
        raise HttpError(503, ErrorCode.IDENTITY_UNAVAILABLE, message, {"Retry-After": "1"}) from error


def address_of(request: Request) -> str | None:
    """From where, for the logs."""
    return request.client.host if request.client else None


def reason_for(request: Request, actor: Actor, *, required: bool) -> str | None:
    """Why, by the request's header. HttpError where it is required of whoever leaves a trace, and is not there."""
    reason = reason_of(request)
    if required and reason is None and leaves_a_trace(actor):
        raise HttpError(403, ErrorCode.REASON_REQUIRED, f"found no reason for reading; right is the header {REASON} (percent-encoded)")
    return reason


def _note(error: InvalidToken) -> None:
    """In the log, each reason once in a while: strangers can send bad tokens without end."""
    now = time.monotonic()
    if now - _said.get(error.reason, float("-inf")) >= _SAID_AGAIN_AFTER_S:
        _said[error.reason] = now
        log.info("token refused", reason=error.reason, found=error.found)
