"""The whole schema: what may be asked and what may be recorded. api/schema/schema.graphql is its committed text."""

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.context import Info
from api.resolvers.access import AccessQueries
from api.resolvers.access_requests import AccessRequestMutations, AccessRequestQueries
from api.resolvers.capture import RecordMutations
from api.resolvers.lineage import LineageQuery
from api.resolvers.look_up import LookUpQuery
from api.resolvers.partners import PartnerMutations, PartnerQueries
from api.resolvers.records import RecordQueries
from api.resolvers.suspension import SuspensionMutations, SuspensionQueries
from api.schema.interfaces import RECORD_TYPES
from api.schema.scalars import SCALARS
from api.schema.viewer import Viewer


@strawberry.type(description="What may be asked.")
class Query(RecordQueries, LineageQuery, LookUpQuery, AccessQueries, AccessRequestQueries, SuspensionQueries, PartnerQueries):
    @strawberry.field(description="Who the caller is, by the token.")
    def viewer(self, info: Info) -> Viewer:
        return Viewer(actor=info.context.actor)


@strawberry.type(
    description=(
        "What enterprises record, who is let, and to whom it is delivered. Each mutation that records takes up to 5,000 records and is "
        "idempotent by ID: the same record again is UNCHANGED, a changed one is UPDATED with its earlier version kept, a wrong one is "
        "REJECTED with its problems while the rest are stored."
    )
)
class Mutation(RecordMutations, AccessRequestMutations, SuspensionMutations, PartnerMutations):
    pass


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=list(RECORD_TYPES.values()),
    config=StrawberryConfig(scalar_map=SCALARS),  # type: ignore[arg-type]
)
# strawberry's own executor parses and validates anew each time; api/http keeps what it parsed, and runs graphql-core itself
GRAPHQL_SCHEMA: GraphQLSchema = SCHEMA._schema  # pyright: ignore[reportPrivateUsage]
