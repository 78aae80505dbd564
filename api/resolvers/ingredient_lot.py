"""The connection of lots of ingredients."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last, Search
from api.schema.ingredient_lot import IngredientLot, IngredientLotFilter, IngredientLotSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class IngredientLotQueries:
    @strawberry.field(description="Lots of ingredients that the viewer may read.")
    async def ingredient_lots(
        self,
        info: Info,
        filter: Annotated[IngredientLotFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[IngredientLotSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[IngredientLot]:
        selection = filter.selection() if filter else Selection(Kind.INGREDIENT_LOT)
        asked = Asked.of(sort, first, after, last, before, search)
        return await record_page(info, selection, asked)
