"""Suspensions of enterprises by the platform, as they are kept."""

from typing import Any, Self

import strawberry

from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL
from graph.suspensions import Suspension as Kept


@strawberry.type(directives=INTERNAL, description="A time for which the platform suspended an enterprise, or has suspended it.")
class Suspension:
    id: strawberry.ID = strawberry.field(description="Of the suspension; later ones sort after earlier ones.")
    enterprise: str = strawberry.field(description="The enterprise's code.")
    suspended_at: DateTime = strawberry.field(description="Since when.")
    suspended_by: str = strawberry.field(description="Who suspended it: the subject of the platform's token.")
    reason: str = strawberry.field(description="Why.")
    lifted_at: DateTime | None = strawberry.field(description="When it was lifted; null while it holds.")
    lifted_by: str | None = strawberry.field(description="Who lifted it.")
    lift_reason: str | None = strawberry.field(description="Why it was lifted.")

    @classmethod
    def of(cls, kept: Kept) -> Self:
        times: dict[str, Any] = {"suspended_at": kept.suspended_at, "lifted_at": kept.lifted_at}  # in ms, which the scalar writes out
        return cls(
            id=strawberry.ID(kept.id),
            enterprise=kept.owner,
            suspended_by=kept.suspended_by,
            reason=kept.reason,
            lifted_by=kept.lifted_by,
            lift_reason=kept.lift_reason,
            **times,
        )
