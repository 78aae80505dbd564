"""Who reads whose captured events, why, and from where: the enterprise that captured them, or who supervises it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from api.errors import ErrorCode
from api.http.caller import address_of, reason_for
from api.http.request import HttpError
from auth.actor import Actor, Role
from auth.policy import leaves_a_trace, may_read_events
from graph import access
from graph.custody_facts import known_enterprises
from graph.engine.driver import Graph
from graph.events.pages import latest
from graph.events.stored import StoredEvent
from graph.events.wanted import EVER
from graph.model.identifiers import MalformedId, check_enterprise_code

OWNER = "enterprise"
"""The parameter that says whose."""


@dataclass(frozen=True, slots=True)
class EventReader:
    actor: Actor
    owner: str
    reason: str | None
    address: str | None

    async def log(self, graph: Graph, operation: str, events: Sequence[StoredEvent]) -> None:
        """To be written before the events leave. Nothing of who reads its own."""
        if leaves_a_trace(self.actor):
            read = frozenset(event.id for event in events)
            await access.log(graph, access.Reading(self.actor, operation, self.reason, self.address, read))


def event_reader(request: Request, actor: Actor, *, reason_required: bool) -> EventReader:
    """actor: with its bounds. Raises `HttpError`."""
    if actor.role is Role.PUBLIC:
        right = "events are read with the token of the enterprise that captured them, or of who supervises it"
        raise HttpError(401, ErrorCode.UNAUTHENTICATED, f"found no token; {right}")
    if not may_read_events(actor):
        right = "it is for the enterprise that captured them, with the duty QUALITY, SYNC or ADMIN, and for who supervises it"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found no right to read events; {right}")
    if len(request.query_params.getlist(OWNER)) > 1:
        raise _bad(f"found the parameter {OWNER} twice; right is once")
    owner = whose(request.query_params.get(OWNER, actor.enterprise))
    if not (actor.scope.everything or owner in actor.scope.owners):
        right = "right is one's own, or, for a regulator, one that it supervises"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found {OWNER}={owner[:40]!r}; {right}")
    return EventReader(actor, owner, reason_for(request, actor, required=reason_required), address_of(request))


async def check_there(graph: Graph, reader: EventReader) -> None:
    """That who supervises every enterprise named one that there is. Raises `HttpError`. To others those that they do not supervise look
    all the same."""
    scope, owner = reader.actor.scope, reader.owner
    if scope.everything and not await known_enterprises(graph, scope, [owner]) and await latest(graph, scope, owner) == -EVER:
        raise _bad(f"found {OWNER}={owner!r}, and there is no such enterprise; right is the code of one that is recorded")


def whose(code: str | None) -> str:
    """Of the parameter `enterprise`, or the actor's own. Raises `HttpError`."""
    if code is None:
        raise _bad(f"found no parameter {OWNER}; right is the code of one that the viewer supervises")
    try:
        return check_enterprise_code(code)
    except MalformedId as error:
        raise _bad(f"{OWNER}: {error}") from error


def _bad(message: str) -> HttpError:
    return HttpError(400, ErrorCode.BAD_USER_INPUT, message)
