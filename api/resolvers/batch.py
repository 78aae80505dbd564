"""The connection of batches."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.batch import Batch, BatchFilter, BatchSort
from api.schema.connection import After, Before, Connection, First, Last, Search
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class BatchQueries:
    @strawberry.field(description="Batches that the viewer may read.")
    async def batches(
        self,
        info: Info,
        filter: Annotated[BatchFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[BatchSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Batch]:
        selection = filter.selection() if filter else Selection(Kind.PRODUCTION_BATCH)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
