"""The connection of companies."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.enterprise import Enterprise, EnterpriseFilter, EnterpriseSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class EnterpriseQueries:
    @strawberry.field(description="Companies that the viewer may read.")
    async def enterprises(
        self,
        info: Info,
        filter: Annotated[EnterpriseFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[EnterpriseSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Enterprise]:
        selection = filter.selection() if filter else Selection(Kind.ENTERPRISE)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
