"""Relay connections: pages of records."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Generic, TypeVar

import strawberry

from api.schema.tiers import PUBLIC

T = TypeVar("T")

First = Annotated[int | None, strawberry.argument(description="How many records at the most, from the start; 50 unless said, at most 500.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many records at the most, from the end; at most 500.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]
Search = Annotated[
    str | None,
    strawberry.argument(
        description="Only records whose names, numbers or other texts hold every one of these words. Chinese is found by any two "
        "characters in a row, Latin words by their beginning. A blank text is no search."
    ),
]


@strawberry.type(directives=PUBLIC, description="Where a page stands among what is paged.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows this page.")
    has_previous_page: bool = strawberry.field(description="Whether anything precedes this page.")
    start_cursor: str | None = strawberry.field(description="Of the page's first record; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Of the page's last record; null on an empty page.")


@strawberry.type(directives=PUBLIC, description="A record on a page, with its cursor.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque: for `after` and `before` of the same connection.")
    node: T = strawberry.field(description="The record.")


@strawberry.type(directives=PUBLIC, description="A page of records.")
class Connection(Generic[T]):
    """cursors: one a node. counted: how many records there are in all; called when totalCount is asked for."""

    nodes: list[T] = strawberry.field(description="The records of this page, in order.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    cursors: strawberry.Private[Sequence[str]]
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The records of this page with their cursors.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=cursor, node=node) for cursor, node in zip(self.cursors, self.nodes, strict=True)]

    @strawberry.field(description="How many records there are on all pages; counted when asked for.")
    async def total_count(self) -> int:
        return await self.counted()


def connection_of(
    nodes: Sequence[T], cursors: Sequence[str], *, more: bool, earlier: bool, counted: Callable[[], Awaitable[int]]
) -> Connection[T]:
    """more: whether anything follows the page; earlier: whether anything precedes it."""
    start, end = (cursors[0], cursors[-1]) if cursors else (None, None)
    return Connection(
        nodes=list(nodes),
        page_info=PageInfo(has_next_page=more, has_previous_page=earlier, start_cursor=start, end_cursor=end),
        cursors=cursors,
        counted=counted,
    )
