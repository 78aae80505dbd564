"""The connection of products."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.product import Product, ProductFilter, ProductSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class ProductQueries:
    @strawberry.field(description="Products that the viewer may read.")
    async def products(
        self,
        info: Info,
        filter: Annotated[ProductFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[ProductSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Product]:
        selection = filter.selection() if filter else Selection(Kind.PRODUCT)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
