"""The access log, for those whose records were read and for those who supervise."""

import re
from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.logs import Newest, id_of, newest_of, page_of
from api.resolvers.permitted import check_may_read_log
from api.schema.access import AccessEntry, RecordingEntry
from api.schema.connection import Connection
from graph import access

_OF_READINGS = re.compile("[^/]+/.+")
_OF_RECORDINGS = re.compile("[^/]+")


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
        check_may_read_log(context.actor)
        graph, actor = context.graph, context.actor
        if own:
            log = Newest(
                _OF_READINGS,
                lambda before, limit: access.entries_by(graph, actor, before=before, limit=limit),
                id_of,
                AccessEntry.of,
                lambda: access.count_by(graph, actor),
            )
        else:
            log = newest_of(context, access.READINGS, _OF_READINGS, AccessEntry.of)
        return await page_of(context, first, after, log)

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
        check_may_read_log(context.actor)
        return await page_of(context, first, after, newest_of(context, access.RECORDINGS, _OF_RECORDINGS, RecordingEntry.of))
