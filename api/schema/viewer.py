"""Who the caller is."""

import strawberry

from api.context import Info
from api.schema.enterprise import Enterprise
from api.schema.product_class import ProductClass
from api.schema.roles import Duty, Role
from api.schema.tiers import PUBLIC
from auth.actor import Actor
from auth.policy import permissions_of
from graph.model.identifiers import enterprise_id


@strawberry.type(directives=PUBLIC, description="The caller, as the token says.")
class Viewer:
    actor: strawberry.Private[Actor]

    @strawberry.field(description="The role of the token; PUBLIC without one.")
    def role(self) -> Role:
        return self.actor.role

    @strawberry.field(description="The enterprise that an ENTERPRISE token acts for, once it is recorded.")
    async def enterprise(self, info: Info) -> Enterprise | None:
        record = await info.context.loaders.record(enterprise_id(self.actor.enterprise)) if self.actor.enterprise else None
        return record if isinstance(record, Enterprise) else None

    @strawberry.field(description="What the caller does within that enterprise; nobody else has duties.")
    def duties(self) -> list[Duty]:
        return [duty for duty in Duty if duty in self.actor.duties]

    @strawberry.field(description="The region that a REGULATOR token is bound to; null is no bound.")
    def region(self) -> str | None:
        return self.actor.region

    @strawberry.field(description="The class of product that a REGULATOR token is bound to; null is no bound.")
    def product_class(self) -> ProductClass | None:
        return self.actor.product_class

    @strawberry.field(description="What the caller may do, such as `lineage:own` or `record:own`.")
    def permissions(self) -> list[str]:
        return permissions_of(self.actor)
