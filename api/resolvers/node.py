"""Any record by its ID."""

import re
from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers.keys import ids_named
from api.schema.interfaces import Node


@strawberry.type
class NodeQueries:
    @strawberry.field(description="The record with this ID, or GS1 key; null when there is none, or none that the viewer may read.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The record's ID, or a GS1 key of it.")]
    ) -> Node | None:
        return (await _records(info, {"id": id}))[0]

    @strawberry.field(
        description="The records with these IDs, or GS1 keys, in their order; null where there is none that the viewer may read. "
        "At most 500."
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The records' IDs, or GS1 keys of them.")]
    ) -> list[Node | None]:
        most = info.context.settings.page_size
        if len(ids) > most:
            raise ApiError(ErrorCode.TOO_MANY_IDS, f"found {len(ids)} IDs; right is at most {most}", path="ids")
        return await _records(info, {f"ids[{place}]": text for place, text in enumerate(ids)})


async def _records(info: Info, given: dict[str, strawberry.ID]) -> list[Node | None]:
    loaders = info.context.loaders
    opening = {path: str(text) for path, text in given.items() if not _opens_nothing(text)}
    ids = dict(zip(opening, await ids_named(loaders, opening), strict=True))
    asked = {path: loaders.record(named.id) for path, named in ids.items()}
    found = {path: await record for path, record in asked.items()}
    return [found.get(path) for path in given]


_GIVEN_OUT = re.compile(
    r"hidden/[0-9a-f]{32}|receipt/[^/]+/shipment/[^/]+/[^/]+|sale/[^/]+/[0-9a-f]+|(?:formula|research)/[^/]+/[^/]+|contact/[^/]+"
)


def _opens_nothing(text: str) -> bool:
    """An ID that answers give out and that is no record to be read by it: a hidden one's, a receipt's, a sale's, a restricted part's."""
    return _GIVEN_OUT.fullmatch(text) is not None
