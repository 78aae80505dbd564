"""Pages of what is kept in the order of its time, the newest first. Its cursors are IDs."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api.context import Context
from api.errors import ApiError, ErrorCode
from api.pagination import page_arguments
from api.schema.connection import Connection, connection_of
from graph import access

E = TypeVar("E")
T = TypeVar("T")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Newest(Generic[E, T]):
    """ids: how those of its entries begin, or look. read: entries before the one of an ID, and how many at the most. shown: an entry as the
    schema has it."""

    ids: str | re.Pattern[str]
    read: Callable[[str | None, int], Awaitable[Sequence[E]]]
    id_of: Callable[[E], str]
    shown: Callable[[E], T]
    count: Callable[[], Awaitable[int]]


def newest_of(
    context: Context, log: access.Log, ids: str | re.Pattern[str], shown: Callable[[Mapping[str, Any]], T]
) -> Newest[Mapping[str, Any], T]:
    """Of all whom the viewer may see. ids, shown: as `Newest` has them."""
    graph, scope = context.graph, context.actor.scope
    return Newest(
        ids,
        lambda before, limit: access.entries(graph, log, scope, before=before, limit=limit),
        id_of,
        shown,
        lambda: access.count(graph, log, scope),
    )


def id_of(entry: Mapping[str, Any]) -> str:
    return entry["id"]


async def page_of(context: Context, first: int | None, after: str | None, log: Newest[E, T]) -> Connection[T]:
    """ApiError for a page that is too long, and for what is no cursor."""
    size = page_arguments(first, after, most=context.settings.page_size).size
    if after is not None and not _may_be(after, log.ids):
        raise ApiError(ErrorCode.BAD_CURSOR, "found what is no cursor; right is a cursor of an earlier page", path="after")
    found = await log.read(after, size + 1)
    page = found[:size]
    return connection_of(
        [log.shown(entry) for entry in page],
        [log.id_of(entry) for entry in page],
        more=len(found) > size,
        earlier=after is not None,
        counted=log.count,
    )


def _may_be(cursor: str, ids: str | re.Pattern[str]) -> bool:
    if len(cursor) > _LONGEST or not cursor.isascii():
        return False
    return cursor.startswith(ids) if isinstance(ids, str) else ids.fullmatch(cursor) is not None
