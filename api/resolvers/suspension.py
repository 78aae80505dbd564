"""The platform suspends an enterprise, and reinstates it."""

from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers.wishes import checked_reason
from api.schema.enterprise import EnterpriseStanding
from auth.actor import Role
from graph.model.identifiers import MalformedId, check_enterprise_code
from graph.suspensions import set_suspended

Code = Annotated[str, strawberry.argument(description="The enterprise's code, whether it is recorded or not.")]
Reason = Annotated[str, strawberry.argument(description="Why, in 1 to 500 characters; kept with what was done.")]


@strawberry.type
class SuspensionMutations:
    @strawberry.mutation(
        description="Suspends an enterprise, for the platform: some seconds later its tokens open nothing. Its records stay as they are."
    )
    async def suspend_enterprise(self, info: Info, code: Code, reason: Reason) -> EnterpriseStanding:
        return await _set(info, code, reason, suspended=True)

    @strawberry.mutation(description="Ends the suspension of an enterprise, for the platform.")
    async def reinstate_enterprise(self, info: Info, code: Code, reason: Reason) -> EnterpriseStanding:
        return await _set(info, code, reason, suspended=False)


async def _set(info: Info, code: str, reason: str, *, suspended: bool) -> EnterpriseStanding:
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
    since = await set_suspended(context.graph, context.actor, code, reason=said, suspended=suspended)
    return EnterpriseStanding.of(code, since)
