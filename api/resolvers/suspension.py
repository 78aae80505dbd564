"""The platform suspends an enterprise, and reinstates it; what is kept of that."""

from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers.logs import Newest, page_of
from api.resolvers.permitted import check_permitted
from api.resolvers.wishes import checked_reason
from api.schema.connection import Connection
from api.schema.enterprise import EnterpriseStanding
from api.schema.suspension import Suspension
from auth.actor import Role
from auth.policy import may_read_suspensions
from auth.scope import Scope
from graph import suspensions
from graph.model.identifiers import MalformedId, check_enterprise_code, enterprise_id

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
        check_permitted(may_read_suspensions(actor), actor, "PLATFORM or REGULATOR", whose="the platform or a regulator")
        scope = Scope.ALL if actor.role is Role.PLATFORM else actor.scope
        if enterprise is not None:
            scope = Scope.of(enterprise) if scope.sees(enterprise_id(enterprise)) else Scope.NONE

        def shown(one: suspensions.Suspension) -> Suspension:
            context.read([enterprise_id(one.owner)])
            return Suspension.of(one)

        log = Newest(
            "suspension/",
            lambda before, limit: suspensions.page(context.graph, scope, lifted=not holding, before=before, limit=limit),
            lambda one: one.id,
            shown,
            lambda: suspensions.count(context.graph, scope, lifted=not holding),
        )
        return await page_of(context, first, after, log)


def _checked(info: Info, code: str, reason: str) -> str:
    """The reason, of who may. ApiError."""
    context = info.context
    check_permitted(context.actor.role is Role.PLATFORM, context.actor, "PLATFORM", whose="the platform")
    said = checked_reason(reason, "reason")
    try:
        check_enterprise_code(code)
    except MalformedId as error:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"code: {error}", path="code") from error
    return said
