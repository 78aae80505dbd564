"""Asking for more: requests for access to restricted fields, and what their owners decide."""

from typing import Annotated

import strawberry

from api.access_log import logged_name
from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers.logs import Newest, page_of
from api.resolvers.permitted import check_permitted
from api.resolvers.wishes import checked_reason, checked_wish
from api.schema.access_request import AccessRequest, AccessRequestInput
from api.schema.connection import Connection
from auth.actor import Role
from auth.requests import NotDecidable, Verdict
from auth.restricted import may_ask, may_decide
from graph import requests
from graph.access import Call
from graph.requests import Side, TooManyPending

_ASKERS = "an enterprise, a regulator or the platform"

First = Annotated[int | None, strawberry.argument(description="How many requests at the most; 50 unless said, at most 500.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor: earlier requests.")]
RequestId = Annotated[strawberry.ID, strawberry.argument(description="ID of the request.")]
Reason = Annotated[str | None, strawberry.argument(description="Why, for who asked: 1 to 500 characters.")]


@strawberry.type
class AccessRequestQueries:
    @strawberry.field(
        description="Requests that are the viewer's to decide, the newest first: for its enterprise's records; for personal data."
    )
    async def access_requests_received(self, info: Info, first: First = None, after: After = None) -> Connection[AccessRequest]:
        check_may_decide(info)
        return await _page(info, Side.APPROVER if info.context.actor.role is Role.PLATFORM else Side.OWNER, first, after)

    @strawberry.field(description="Requests that the viewer's enterprise made, or the viewer as an authority, the newest first.")
    async def access_requests_sent(self, info: Info, first: First = None, after: After = None) -> Connection[AccessRequest]:
        check_may_ask(info)
        return await _page(info, Side.ASKER, first, after)


@strawberry.type
class AccessRequestMutations:
    @strawberry.mutation(
        description="Asks the owner of records to let the viewer read restricted fields of theirs, for a time. An enterprise asks those "
        "with whom it has exchanged goods. Whether the records exist is not told. The same again, while it is pending, is the same request."
    )
    async def request_access(
        self, info: Info, request: Annotated[AccessRequestInput, strawberry.argument(description="What is asked for.")]
    ) -> AccessRequest:
        check_may_ask(info)
        context = info.context
        wish = await checked_wish(context, request)
        now, most = context.loaders.now, context.settings.access_pending
        try:
            made = await requests.ask(context.graph, context.actor, wish, most=most, call=_call(info), now=now)
        except TooManyPending as error:
            raise ApiError(ErrorCode.TOO_MANY_PENDING, str(error)) from error
        return AccessRequest.of(made, now)

    @strawberry.mutation(description="Withdraws a request of the viewer's own side that is pending. A grant is its owner's to revoke.")
    async def withdraw_access_request(self, info: Info, id: RequestId) -> AccessRequest:
        check_may_ask(info)
        return await _decide(info, str(id), Verdict.WITHDRAW, None)

    @strawberry.mutation(description="Approves a request, for the owner or for the platform; where both are needed, the second grants it.")
    async def approve_access(self, info: Info, id: RequestId) -> AccessRequest:
        check_may_decide(info)
        return await _decide(info, str(id), Verdict.APPROVE, None)

    @strawberry.mutation(description="Refuses a request that is pending.")
    async def refuse_access(self, info: Info, id: RequestId, reason: Reason = None) -> AccessRequest:
        check_may_decide(info)
        return await _decide(info, str(id), Verdict.REFUSE, reason)

    @strawberry.mutation(description="Takes back what was granted: the next operation of who asked reads it no more.")
    async def revoke_access(self, info: Info, id: RequestId, reason: Reason = None) -> AccessRequest:
        check_may_decide(info)
        return await _decide(info, str(id), Verdict.REVOKE, reason)


def check_may_ask(info: Info) -> None:
    right = "REGULATOR, or ENTERPRISE with the duty admin, quality or research"
    check_permitted(may_ask(info.context.actor), info.context.actor, right, whose=_ASKERS)


def check_may_decide(info: Info) -> None:
    right = "ENTERPRISE with the duty admin, or PLATFORM"
    check_permitted(may_decide(info.context.actor), info.context.actor, right, whose=_ASKERS)


def _call(info: Info) -> Call:
    return Call(logged_name(None if info.operation.name is None else info.operation.name.value), info.context.address)


async def _decide(info: Info, request: str, verdict: Verdict, reason: str | None) -> AccessRequest:
    context, said = info.context, None if reason is None else checked_reason(reason, "reason")
    now = context.loaders.now
    try:
        found = await requests.decide(context.graph, context.actor, request, verdict, reason=said, call=_call(info), now=now)
    except NotDecidable as error:
        raise ApiError(ErrorCode.NOT_DECIDABLE, str(error), path="id") from error
    if found is None:
        may, of = ("withdraw", "accessRequestsSent") if verdict is Verdict.WITHDRAW else ("decide", "accessRequestsReceived")
        message = f"found no request with this ID among those that the viewer may {may}; right is an ID of {of}"
        raise ApiError(ErrorCode.UNKNOWN_REQUEST, message, path="id")
    return AccessRequest.of(found, now)


async def _page(info: Info, side: Side, first: int | None, after: str | None) -> Connection[AccessRequest]:
    context = info.context
    graph, actor, now = context.graph, context.actor, context.loaders.now
    log = Newest(
        "access/",
        lambda before, limit: requests.page(graph, actor, side, before=before, limit=limit),
        lambda kept: kept.id,
        lambda kept: AccessRequest.of(kept, now),
        lambda: requests.count(graph, actor, side),
    )
    return await page_of(context, first, after, log)
