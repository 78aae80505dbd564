"""The connection of public look-ups."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last
from api.schema.consumer_query import ConsumerQuery, ConsumerQueryFilter, ConsumerQuerySort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class ConsumerQueryQueries:
    @strawberry.field(description="Public look-ups that the viewer may read.")
    async def consumer_queries(
        self,
        info: Info,
        filter: Annotated[ConsumerQueryFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[ConsumerQuerySort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ConsumerQuery]:
        selection = filter.selection() if filter else Selection(Kind.CONSUMER_QUERY)
        asked = Asked.of(sort, first, after, last, before)
        return await record_page(info, selection, asked)
