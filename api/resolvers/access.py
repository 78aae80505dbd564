"""The access log, for those whose records were read and for those who supervise."""

from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.pagination import page_arguments
from api.schema.access import AccessEntry, RecordingEntry
from api.schema.connection import Connection, connection_of
from auth.actor import Actor, Role
from auth.policy import may_read_log
from graph import access

_LONGEST = 64


def _check_reader(actor: Actor) -> None:
    if not may_read_log(actor):
        if actor.role is Role.PUBLIC:
            raise ApiError(ErrorCode.UNAUTHENTICATED, "found no token; right is the token of an enterprise or a regulator")
        right = "REGULATOR, or ENTERPRISE with the duty quality or admin"
        duties = f" with the duties: {', '.join(sorted(actor.duties)) or 'none'}" if actor.role is Role.ENTERPRISE else ""
        raise ApiError(ErrorCode.FORBIDDEN, f"found the role {actor.role}{duties}; right is {right}")


def _check_cursor(after: str | None, *, with_owner: bool) -> None:
    if after is not None and not (len(after) <= _LONGEST and after.isascii() and ("/" in after) == with_owner):
        raise ApiError(ErrorCode.BAD_CURSOR, "found what is no cursor; right is a cursor of an earlier page", path="after")


@strawberry.type
class AccessQueries:
    @strawberry.field(description="Who read the viewer's records, the newest first; a regulator sees every entry (QB/T 4971-2018 9.4).")
    async def access_log(
        self,
        info: Info,
        first: Annotated[int | None, strawberry.argument(description="How many entries at the most; 50 unless said, at most 500.")] = None,
        after: Annotated[str | None, strawberry.argument(description="Only what comes after this cursor: earlier entries.")] = None,
        own: Annotated[
            bool, strawberry.argument(description="Instead, what the viewer's own enterprise, or the viewer as an authority, read and did.")
        ] = False,
    ) -> Connection[AccessEntry]:
        context = info.context
        _check_reader(context.actor)
        page = page_arguments(first, after, most=context.settings.page_size)
        _check_cursor(after, with_owner=True)
        scope = context.actor.scope
        if own:
            found = await access.entries_by(context.graph, context.actor, before=after, limit=page.size + 1)
        else:
            found = await access.entries(context.graph, access.READINGS, scope, before=after, limit=page.size + 1)
        shown = [AccessEntry.of(entry) for entry in found[: page.size]]
        return connection_of(
            shown,
            [str(entry.id) for entry in shown],
            more=len(found) > page.size,
            earlier=after is not None,
            counted=lambda: access.count_by(context.graph, context.actor) if own else access.count(context.graph, access.READINGS, scope),
        )

    @strawberry.field(
        description="What the viewer's enterprise recorded, a call an entry, the newest first; a regulator sees all (QB/T 4971-2018 9.4)."
    )
    async def recording_log(
        self,
        info: Info,
        first: Annotated[int | None, strawberry.argument(description="How many entries at the most; 50 unless said, at most 500.")] = None,
        after: Annotated[str | None, strawberry.argument(description="Only what comes after this cursor: earlier entries.")] = None,
    ) -> Connection[RecordingEntry]:
        context = info.context
        _check_reader(context.actor)
        page = page_arguments(first, after, most=context.settings.page_size)
        _check_cursor(after, with_owner=False)
        scope = context.actor.scope
        found = await access.entries(context.graph, access.RECORDINGS, scope, before=after, limit=page.size + 1)
        shown = [RecordingEntry.of(entry) for entry in found[: page.size]]
        return connection_of(
            shown,
            [str(entry.id) for entry in shown],
            more=len(found) > page.size,
            earlier=after is not None,
            counted=lambda: access.count(context.graph, access.RECORDINGS, scope),
        )
