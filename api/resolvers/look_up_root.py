"""The schema of the outward look-up service: `resolve`, and what it gives."""

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.resolvers.look_up import LookUpQuery
from api.schema.scalars import SCALARS


@strawberry.type(name="Query", description="What everybody may ask.")
class OutwardQuery(LookUpQuery):
    """resolve alone."""


OUTWARD_SCHEMA: GraphQLSchema = strawberry.Schema(query=OutwardQuery, config=StrawberryConfig(scalar_map=SCALARS))._schema  # type: ignore[arg-type]  # pyright: ignore[reportPrivateUsage]
