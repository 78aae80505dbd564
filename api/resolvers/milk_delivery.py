"""The connection of deliveries of raw milk."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.milk_delivery import MilkDelivery, MilkDeliveryFilter, MilkDeliverySort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class MilkDeliveryQueries:
    @strawberry.field(description="Deliveries of raw milk that the viewer may read.")
    async def milk_deliveries(
        self,
        info: Info,
        filter: Annotated[MilkDeliveryFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[MilkDeliverySort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[MilkDelivery]:
        selection = filter.selection() if filter else Selection(Kind.MILK_DELIVERY)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
