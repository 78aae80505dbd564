"""Any record by its ID."""

import re
from typing import Annotated

import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.resolvers.hops import checked_id
from api.schema.interfaces import Node


@strawberry.type
class NodeQueries:
    @strawberry.field(description="The record with this ID; null when there is none, or none that the viewer may read.")
    async def node(self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The record's ID.")]) -> Node | None:
        return None if _opens_nothing(id) else await info.context.loaders.record(checked_id(id, "id"))

    @strawberry.field(
        description="The records with these IDs, in their order; null where there is none that the viewer may read. At most 500."
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The records' IDs.")]
    ) -> list[Node | None]:
        most = info.context.settings.page_size
        if len(ids) > most:
            raise ApiError(ErrorCode.TOO_MANY_IDS, f"found {len(ids)} IDs; right is at most {most}", path="ids")
        checked = [None if _opens_nothing(text) else checked_id(text, f"ids[{place}]") for place, text in enumerate(ids)]
        loaders = info.context.loaders
        asked = [None if record_id is None else loaders.record(record_id) for record_id in checked]
        return [None if record is None else await record for record in asked]


_GIVEN_OUT = re.compile(
    r"hidden/[0-9a-f]{32}|receipt/[^/]+/shipment/[^/]+/[^/]+|sale/[^/]+/[0-9a-f]+|(?:formula|research)/[^/]+/[^/]+|contact/[^/]+"
)


def _opens_nothing(text: str) -> bool:
    """An ID that answers give out and that is no record to be read by it: a hidden one's, a receipt's, a sale's, a restricted part's."""
    return _GIVEN_OUT.fullmatch(text) is not None
