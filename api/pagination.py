"""Pages: what `first`, `after`, `last` and `before` mean, and cursors.

A cursor says where a record stands in an order: the property sorted by, the record's value of it, its ID. It is opaque to clients
and carries nothing that its reader was not shown.
"""

import base64
import binascii
from dataclasses import dataclass

import orjson

from api.errors import ApiError, ErrorCode
from api.page_size import DEFAULT_SIZE
from graph.model.identifiers import Kind
from graph.records import Position, type_of_sort

_VERSION = 1
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class PageArguments:
    """size: records wanted, from the start or, backward, from the end."""

    size: int
    backward: bool
    after: str | None
    before: str | None


def page_arguments(
    first: int | None, after: str | None, last: int | None = None, before: str | None = None, *, most: int, default: int = DEFAULT_SIZE
) -> PageArguments:
    """ApiError BAD_USER_INPUT or PAGE_TOO_LARGE."""
    if first is not None and last is not None:
        raise ApiError(ErrorCode.BAD_USER_INPUT, "found both first and last; right is one of them", path="first")
    name, size = ("last", last) if last is not None else ("first", default if first is None else first)
    if size < 0:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"found {name}: {size}; right is 0 or more", path=name)
    if size > most:
        raise ApiError(ErrorCode.PAGE_TOO_LARGE, f"found {name}: {size}; right is at most {most}", path=name)
    return PageArguments(size, last is not None, after, before)


def write_cursor(sort: str, position: Position) -> str:
    value, record = position
    text = orjson.dumps([_VERSION, sort, value, record])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read_cursor(cursor: str | None, kind: Kind, sort: str, name: str) -> Position | None:
    """ApiError BAD_CURSOR for what `write_cursor` did not write for this kind of record in this order."""
    if cursor is None:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        version, by, value, record = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise _bad(name, "found what is no cursor") from None
    if version != _VERSION or not isinstance(record, str):
        raise _bad(name, "found what is no cursor of this release")
    if not record.startswith(f"{kind.value}/"):
        raise _bad(name, "found a cursor of another connection")
    if by != sort:
        raise _bad(name, "found a cursor of another order")
    if type(value) is not type_of_sort.get(sort, int) or (isinstance(value, int) and abs(value) > 2**62):
        raise _bad(name, "found what is no cursor")
    return value, record


def _bad(name: str, found: str) -> ApiError:
    return ApiError(ErrorCode.BAD_CURSOR, f"{found}; right is a cursor of an earlier page of this connection, in the same order", path=name)
