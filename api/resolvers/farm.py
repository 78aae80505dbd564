"""The connection of dairy farms."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.farm import Farm, FarmFilter, FarmSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class FarmQueries:
    @strawberry.field(description="Dairy farms that the viewer may read.")
    async def farms(
        self,
        info: Info,
        filter: Annotated[FarmFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[FarmSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Farm]:
        selection = filter.selection() if filter else Selection(Kind.FARM)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
