"""The connection of packages."""

from typing import Annotated

import strawberry

from api.context import Info
from api.resolvers.pages import Asked, record_page
from api.schema.connection import After, Before, Connection, First, Last
from api.schema.package import Package, PackageFilter, PackageSort
from graph.model.identifiers import Kind
from graph.records import Selection


@strawberry.type
class PackageQueries:
    @strawberry.field(description="Packages that the viewer may read.")
    async def packages(
        self,
        info: Info,
        filter: Annotated[PackageFilter | None, strawberry.argument(description="Which; all unless said.")] = None,
        sort: Annotated[PackageSort | None, strawberry.argument(description="In which order; by ID unless said.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Package]:
        selection = filter.selection() if filter else Selection(Kind.PACKAGE)
        asked = Asked.of(sort, first, after, last, before)
        return await record_page(info, selection, asked)
