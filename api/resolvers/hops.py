"""From a record to what it names and what hangs on it."""

from typing import Any

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.pagination import page_arguments, read_cursor, write_cursor
from api.resolvers.loaders import TARGETS
from api.schema.connection import Connection, connection_of
from graph.model.identifiers import Kind, MalformedId, parse_id_of
from graph.model.times import to_ms
from graph.records import Hop


async def named(info: Info, record_id: str | None) -> Any:
    """The record of an ID that another record names; None where there is none, or none that the viewer may read."""
    return None if record_id is None else await info.context.loaders.record(record_id)


async def hanging(info: Info, hop: Hop, record_id: str, first: int | None, after: str | None) -> Connection[Any]:
    """A page of what hangs on a record, by ID."""
    start, size = _start(info, TARGETS[hop], first, after)
    loaders = info.context.loaders
    ids = await loaders.hop(hop, record_id, start, size + 1)
    return await _connection(info, TARGETS[hop], ids, size, start, lambda: loaders.hop_count(hop, record_id))


async def children(info: Info, package: str, at: Any, first: int | None, after: str | None) -> Connection[Any]:
    """A page of what was in a package at a time, or is in it now."""
    start, size = _start(info, Kind.PACKAGE, first, after)
    loaders = info.context.loaders
    moment = loaders.now if at is None else to_ms(at)
    ids = await loaders.children(package, moment, start, size + 1)
    return await _connection(info, Kind.PACKAGE, ids, size, start, lambda: loaders.child_count(package, moment))


async def parent(info: Info, package: str) -> Any:
    return await named(info, await info.context.loaders.parent(package, info.context.loaders.now))


def checked_id(text: str, path: str, *kinds: Kind) -> str:
    """An ID from outside, in its one spelling. ApiError MALFORMED_ID, or BAD_USER_INPUT for a kind other than those."""
    try:
        named = parse_id_of(text, kinds)
    except MalformedId as error:
        raise ApiError(ErrorCode.MALFORMED_ID, f"{path}: {error}", path=path) from error
    if kinds and named.kind not in kinds:
        right = " or ".join(f"{kind.value}/…" for kind in kinds)
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"{path}: found {named.text}; right is an ID of the form {right}", path=path)
    return named.text


def _start(info: Info, kind: Kind, first: int | None, after: str | None) -> tuple[str, int]:
    arguments = page_arguments(first, after, most=info.context.settings.page_size)
    position = read_cursor(after, kind, "id", "after")
    return (position[1] if position else ""), arguments.size


async def _connection(info: Info, kind: Kind, ids: list[str], size: int, start: str, counted: Any) -> Connection[Any]:
    nodes = [record for record in await info.context.loaders.records(kind, ids[:size]) if record is not None]
    cursors = [write_cursor("id", (str(node.id), str(node.id))) for node in nodes]
    return connection_of(nodes, cursors, more=len(ids) > size, earlier=bool(start), counted=counted)
