"""The connections of the query root: one kind of record, filtered, searched, sorted, a page at a time."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.pagination import page_arguments, read_cursor, write_cursor
from api.resolvers.choices import check_choice
from api.schema.connection import Connection, connection_of
from api.schema.filters import SortDirection
from auth.actor import Role
from auth.policy import READERS, leaves_a_trace, list_scope, may_list, reads_shared
from auth.scope import Scope
from graph import records
from graph.model.identifiers import Kind, is_enterprise_code
from graph.records import Cut, Position, Selection
from graph.search import LENGTH, TooManyFound, search


class Sort(Protocol):
    """The sort input of any kind: the value of `by` is the property."""

    @property
    def by(self) -> StrEnum: ...
    @property
    def direction(self) -> SortDirection: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a connection. sort: a property."""

    sort: str = "id"
    descending: bool = False
    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    search: str | None = None

    @classmethod
    def of(
        cls, sort: Sort | None, first: int | None, after: str | None, last: int | None, before: str | None, search: str | None = None
    ) -> "Asked":
        if sort is None:
            return cls("id", False, first, after, last, before, search)
        return cls(sort.by.value, sort.direction is SortDirection.DESC, first, after, last, before, search)


def check_may_list(info: Info, kind: Kind) -> None:
    """ApiError UNAUTHENTICATED or FORBIDDEN for an actor who may read no record of the kind."""
    actor = info.context.actor
    if may_list(actor, kind.value):
        return
    if actor.role is Role.PUBLIC:
        raise ApiError(ErrorCode.UNAUTHENTICATED, "found no token; right is the token of an enterprise or a regulator")
    if actor.role is Role.ENTERPRISE:
        found, right = (", ".join(sorted(duties)) or "none" for duties in (actor.duties, READERS[kind.value]))
        raise ApiError(ErrorCode.FORBIDDEN, f"found the duties: {found}; right is one of: {right}")
    right = "ENTERPRISE, REGULATOR or PLATFORM"
    raise ApiError(ErrorCode.FORBIDDEN, f"found the role {actor.role.value}; right is {right}")


async def record_page(info: Info, selection: Selection, asked: Asked) -> Connection[Any]:
    check_may_list(info, selection.kind)
    searching = asked.search is not None and bool(asked.search.strip())
    check_choice(info.context.actor, selection, asked.sort, searching=searching)
    loaders = info.context.loaders
    graph, scope = info.context.graph, list_scope(info.context.actor, selection.kind.value)
    _leave_a_trace(info, selection, scope)
    page = page_arguments(asked.first, asked.after, asked.last, asked.before, most=info.context.settings.page_size)
    after, before = (read_cursor(text, selection.kind, asked.sort, name) for text, name in ((page.after, "after"), (page.before, "before")))
    if asked.search is not None and searching:
        selection = await _searched(info, selection, asked.search, scope)
    cut = Cut(asked.sort, asked.descending, page.size, after, before, page.backward)
    positions = await records.page(graph, selection, cut, scope)
    more = len(positions) > page.size
    if more:
        # the one too many is at the far end
        positions = positions[1:] if page.backward else positions[:-1]
    found = await loaders.records(selection.kind, [record for _, record in positions])
    nodes = [record for record in found if record is not None]
    cursors = [write_cursor(asked.sort, position) for position, record in zip(positions, found, strict=True) if record is not None]
    beyond, short = (before, after) if page.backward else (after, before)
    return connection_of(
        nodes,
        cursors,
        more=_past(beyond) if page.backward else more or _past(short),
        earlier=more or _past(short) if page.backward else _past(beyond),
        counted=lambda: records.count(graph, selection, scope),
    )


def _leave_a_trace(info: Info, selection: Selection, scope: Scope) -> None:
    """A list tells of records that are not in its page, by its count and by what is missing: it is noted among whose it looks."""
    actor = info.context.actor
    if leaves_a_trace(actor) or reads_shared(actor, selection.kind.value):
        named = {code for code in selection.owners or () if is_enterprise_code(code) and (scope.everything or code in scope.owners)}
        info.context.loaders.searched |= named or {""}


def _past(cursor: Position | None) -> bool:
    """Whether there is a record beyond a cursor: at least the one that it was given for."""
    return cursor is not None


async def _searched(info: Info, selection: Selection, text: str, scope: Scope) -> Selection:
    if len(text) > LENGTH:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"search: found {len(text)} characters; right is at most {LENGTH}", path="search")
    owners = selection.owners
    if owners is not None and len(owners) == 1 and (scope.everything or owners[0] in scope.owners):
        scope = Scope.of(owners[0])
    try:
        found = await search(info.context.graph, selection.kind, text, scope)
    except TooManyFound as error:
        raise ApiError(ErrorCode.TOO_MANY_RECORDS, f"search: {error}", path="search") from error
    ids = set(found) if selection.ids is None else set(found).intersection(selection.ids)
    return replace(selection, ids=tuple(ids))
