"""The platform suspends an enterprise, and reinstates it; what is kept of that."""

from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.pagination import page_arguments
from api.resolvers.wishes import checked_reason
from api.schema.connection import Connection, connection_of
from api.schema.enterprise import EnterpriseStanding
from api.schema.suspension import Suspension
from auth.actor import Role
from auth.policy import may_read_suspensions
from auth.scope import Scope
from graph import suspensions
from graph.model.identifiers import MalformedId, check_enterprise_code, enterprise_id

_LONGEST = 64

Code = Annotated[str, strawberry.argument(description="The enterprise's code, whether it is recorded or not.")]
Reason = Annotated[str, strawberry.argument(description="Why, in 1 to 500 characters; kept with what was done.")]


@strawberry.type
class SuspensionMutations:
    @strawberry.mutation(
        description="Suspends an enterprise, for the platform: some seconds later its tokens open nothing. Its records stay as they are."
    )
    async def suspend_enterprise(self, info: Info, code: Code, reason: Reason) -> EnterpriseStanding:
        said = _checked(info, code, reason)
        context = info.context
        since = await suspensions.suspend(context.graph, context.actor, code, reason=said, address=context.address)
        return EnterpriseStanding.of(code, since)

    @strawberry.mutation(description="Ends the suspension of an enterprise, for the platform.")
    async def reinstate_enterprise(self, info: Info, code: Code, reason: Reason) -> EnterpriseStanding:
        said = _checked(info, code, reason)
        context = info.context
        await suspensions.reinstate(context.graph, context.actor, code, reason=said, address=context.address)
        return EnterpriseStanding.of(code, None)


@strawberry.type
class SuspensionQueries:
    @strawberry.field(
        description="Which enterprises were suspended, by whom, when and why, the newest first: for the platform, and for a regulator "
        "of those that it supervises."
    )
    async def suspensions(
        self,
        info: Info,
        enterprise: Annotated[str | None, strawberry.argument(description="Only of the enterprise with this code.")] = None,
        holding: Annotated[bool, strawberry.argument(description="Only those that have not been lifted.")] = False,
        first: Annotated[int | None, strawberry.argument(description="How many at the most; 50 unless said, at most 500.")] = None,
        after: Annotated[str | None, strawberry.argument(description="Only what comes after this cursor: earlier ones.")] = None,
    ) -> Connection[Suspension]:
        context, actor = info.context, info.context.actor
        if not may_read_suspensions(actor):
            if actor.role is Role.PUBLIC:
                raise ApiError(ErrorCode.UNAUTHENTICATED, "found no token; right is the token of the platform or a regulator")
            raise ApiError(ErrorCode.FORBIDDEN, f"found the role {actor.role.value}; right is PLATFORM or REGULATOR")
        size = page_arguments(first, after, most=context.settings.page_size).size
        if after is not None and not (len(after) <= _LONGEST and after.isascii() and after.startswith("suspension/")):
            raise ApiError(ErrorCode.BAD_CURSOR, "found what is no cursor; right is a cursor of an earlier page", path="after")
        scope = Scope.ALL if actor.role is Role.PLATFORM else actor.scope
        if enterprise is not None:
            scope = Scope.of(enterprise) if scope.sees(enterprise_id(enterprise)) else Scope.NONE
        found = await suspensions.page(context.graph, scope, lifted=not holding, before=after, limit=size + 1)
        shown = found[:size]
        context.read(enterprise_id(one.owner) for one in shown)
        return connection_of(
            [Suspension.of(one) for one in shown],
            [one.id for one in shown],
            more=len(found) > size,
            earlier=after is not None,
            counted=lambda: suspensions.count(context.graph, scope, lifted=not holding),
        )


def _checked(info: Info, code: str, reason: str) -> str:
    """The reason, of who may. ApiError."""
    context = info.context
    if context.actor.role is Role.PUBLIC:
        raise ApiError(ErrorCode.UNAUTHENTICATED, "found no token; right is the token of the platform")
    if context.actor.role is not Role.PLATFORM:
        raise ApiError(ErrorCode.FORBIDDEN, f"found the role {context.actor.role.value}; right is PLATFORM")
    said = checked_reason(reason, "reason")
    try:
        check_enterprise_code(code)
    except MalformedId as error:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"code: {error}", path="code") from error
    return said
