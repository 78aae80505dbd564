"""The connection of sites."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.site import Site, SiteFilter, SiteSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class SiteQueries:
    @strawberry.field(description="Sites that the viewer may read.")
    async def sites(
        self,
        info: Info,
        filter: Annotated[SiteFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[SiteSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Site]:
        selection = filter.selection() if filter else Selection(Kind.SITE)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
