"""Who captures events, and has them delivered: an enterprise, by its duties."""

from starlette.requests import Request

from api.exchange.capture_jobs import Check
from api.exchange.problem_answers import Refused
from api.http.caller import actor_of
from auth.actor import Actor, Role
from auth.bearer import Bearers
from auth.policy import may_record


async def capturer(request: Request, bearers: Bearers, check: Check, *, needing: str, to: str) -> Actor:
    """needing: what needs a token; to: what the right is for. Raises `Refused`, and what `check` raises."""
    actor = await actor_of(request, bearers)
    await check(actor)
    if actor.role is Role.PUBLIC:
        raise Refused(401, "SecurityException", f"found no token; {needing} the token of an enterprise")
    if not may_capture_events(actor):
        raise Refused(403, "SecurityException", f"found no right to {to}; it is for an enterprise, with the duty SYNC or ADMIN")
    return actor


def may_capture_events(actor: Actor) -> bool:
    return actor.role is Role.ENTERPRISE and may_record(actor, "captureEvents")
