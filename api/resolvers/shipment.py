"""The connection of shipments."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.shipment import Shipment, ShipmentFilter, ShipmentSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class ShipmentQueries:
    @strawberry.field(description="Shipments that the viewer may read.")
    async def shipments(
        self,
        info: Info,
        filter: Annotated[ShipmentFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[ShipmentSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Shipment]:
        selection = filter.selection() if filter else Selection(Kind.SHIPMENT)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
