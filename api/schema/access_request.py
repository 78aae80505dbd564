"""Requests for access to restricted fields (QB/T 4971-2018 4.6 按需、按权限; 9.4)."""

from typing import Any, Self

import strawberry

from api.schema.described import described
from api.schema.roles import Role
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL
from auth.requests import State
from graph.requests import AccessRequest as Kept

described(
    State,
    "Where a request for access stands.",
    {
        "PENDING": "Somebody's approval is wanting.",
        "APPROVED": "Granted: its fields of its records are read until its end.",
        "REFUSED": "Refused; nothing was granted.",
        "REVOKED": "Granted once, and taken back.",
        "WITHDRAWN": "Taken back by who asked, before it was decided.",
        "EXPIRED": "Its end has come, whether it was granted or not.",
    },
    name="AccessRequestState",
)


@strawberry.type(
    directives=INTERNAL, description="A request to read restricted fields of another's records, for a time; read by both sides (9.4)."
)
class AccessRequest:
    id: strawberry.ID = strawberry.field(description="Of the request; later ones sort after earlier ones.")
    owner: str = strawberry.field(description="The code of the enterprise whose records they are.")
    enterprise: str | None = strawberry.field(description="The code of the enterprise that asks; null where an authority asks.")
    role: Role = strawberry.field(description="In which role it was asked.")
    subject: str = strawberry.field(description="Who asked: the subject of the token. An authority's grant is this person's alone.")
    fields: list[str] = strawberry.field(description="The restricted fields asked for, such as `Product.formula`.")
    records: list[strawberry.ID] = strawberry.field(description="The records asked for, whether there are such records or not.")
    reason: str = strawberry.field(description="Why, in the words of who asked.")
    asked_at: DateTime = strawberry.field(description="When it was made.")
    until: DateTime = strawberry.field(description="When access ends by itself.")
    state: State = strawberry.field(description="Where it stands now.")
    owner_approved_at: DateTime | None = strawberry.field(description="When the owner approved it.")
    platform_approval_needed: bool = strawberry.field(description="Whether it names personal data, which the platform approves as well.")
    platform_approved_at: DateTime | None = strawberry.field(description="When the platform approved it.")
    decided_at: DateTime | None = strawberry.field(description="When it was granted, refused, revoked or withdrawn.")
    decision_reason: str | None = strawberry.field(description="Why it was refused or revoked, where that was said.")

    @classmethod
    def of(cls, kept: Kept, now: int) -> Self:
        """now: ms, at which its state is told."""
        standing = kept.standing
        return cls(
            id=strawberry.ID(kept.id),
            owner=kept.owner,
            enterprise=kept.enterprise,
            role=Role(kept.role),
            subject=kept.subject,
            fields=list(kept.wish.fields),
            records=[strawberry.ID(record) for record in kept.wish.records],
            reason=kept.wish.reason,
            state=standing.at(now),
            platform_approval_needed=standing.personal,
            decision_reason=standing.decision_reason,
            **_times(kept),  # in ms, which the scalar writes out
        )


def _times(kept: Kept) -> dict[str, Any]:
    standing = kept.standing
    return {
        "asked_at": kept.asked_at,
        "until": kept.wish.until,
        "owner_approved_at": standing.owner_approved_at,
        "platform_approved_at": standing.platform_approved_at,
        "decided_at": standing.decided_at,
    }


@strawberry.input(description="What is asked for: restricted fields of records of one owner, with the reason, for a time.")
class AccessRequestInput:
    fields: list[str] = strawberry.field(description="The fields, as `Type.field`, such as `Product.formula`.")
    records: list[strawberry.ID] = strawberry.field(
        description="IDs of the records, all of one owner: another is asked by another request."
    )
    reason: str = strawberry.field(description="Why they are to be read, in 1 to 500 characters; the owner reads it.")
    until: DateTime = strawberry.field(description="Until when; at most as many days ahead as the operator allows (MILKLINE_ACCESS_DAYS).")
