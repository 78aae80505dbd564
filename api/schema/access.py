"""The access log (QB/T 4971-2018 9.4): who read whose records, and who recorded."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from api.schema.described import described
from api.schema.roles import Role
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL
from graph.access import Action

described(
    Action,
    "What an entry of the access log is about.",
    {
        "READ": "Records were read, by a regulator, or their restricted fields, by anybody.",
        "ASK": "Access to restricted fields was asked for.",
        "APPROVE": "A request for access was approved, by the owner or by the platform.",
        "REFUSE": "A request for access was refused.",
        "REVOKE": "What had been granted was taken back.",
        "WITHDRAW": "A request for access was withdrawn, by the side that made it.",
    },
    name="AccessAction",
)


@strawberry.type(directives=INTERNAL, description="How many records of a kind were read.")
class KindRead:
    kind: str = strawberry.field(description="The kind, as in IDs, such as `batch`.")
    count: int = strawberry.field(description="Distinct records of the kind.")


@strawberry.type(
    directives=INTERNAL,
    description="One operation by which somebody read records of one owner, or asked for them, or was let (QB/T 4971-2018 9.4 数据安全).",
)
class AccessEntry:
    id: strawberry.ID = strawberry.field(description="Of the entry; later ones sort after earlier ones.")
    owner: str = strawberry.field(
        description="The code of the enterprise whose records were read, or looked among; empty for a list of all that showed none of them."
    )
    at: DateTime = strawberry.field(description="When.")
    subject: str = strawberry.field(description="Who: the subject of the token.")
    role: Role = strawberry.field(description="In which role.")
    operation: str | None = strawberry.field(description="The name of the GraphQL operation; null for one without a name.")
    reason: str | None = strawberry.field(description="Why, in the words that came with the request; null when none did.")
    address: str | None = strawberry.field(description="From which network address.")
    records: int = strawberry.field(description="Distinct records of the owner that were read.")
    action: Action = strawberry.field(description="What was done.")
    enterprise: str | None = strawberry.field(
        description="The code of the enterprise of who did it; null for an authority or the platform."
    )
    fields: list[str] = strawberry.field(description="The restricted fields that it was about, such as `Product.formula`.")
    requests: list[strawberry.ID] = strawberry.field(description="The requests for access that it was about, or by which it was read.")
    kinds: list[KindRead] = strawberry.field(description="How many of which kind.")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """From what graph.access keeps; kinds as `batch:3`."""
        names = ("owner", "at", "subject", "enterprise", "operation", "reason", "address", "records")
        same: dict[str, Any] = {name: entry.get(name) for name in names}
        kinds = [KindRead(kind=kind, count=int(count)) for kind, _, count in (text.partition(":") for text in entry["kinds"])]
        return cls(id=strawberry.ID(entry["id"]), role=Role(entry["role"]), kinds=kinds, **same, **_about(entry))


def _about(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Of an entry of an earlier release, that it was read."""
    requests = [strawberry.ID(request) for request in entry.get("requests") or ()]
    return {"action": Action(entry.get("action") or "READ"), "fields": entry.get("fields") or [], "requests": requests}


@strawberry.type(
    directives=INTERNAL,
    description="One call that recorded something (QB/T 4971-2018 9.4 数据安全). What it recorded keeps its ID, and earlier versions do.",
)
class RecordingEntry:
    id: strawberry.ID = strawberry.field(description="Of the entry; later ones sort after earlier ones.")
    at: DateTime = strawberry.field(description="When.")
    subject: str = strawberry.field(description="Who: the subject of the token.")
    role: Role = strawberry.field(description="In which role.")
    enterprise: str | None = strawberry.field(description="The code of the enterprise that recorded; null for the platform.")
    action: str = strawberry.field(description="The mutation, such as `recordBatches`.")
    address: str | None = strawberry.field(description="From which network address; null for what came by no network.")
    created: int = strawberry.field(description="How many records were new.")
    updated: int = strawberry.field(description="How many were changed, with their earlier versions kept.")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """From what graph.access reads."""
        same: dict[str, Any] = {name: entry[name] for name in ("at", "subject", "enterprise", "action", "address", "created", "updated")}
        return cls(id=strawberry.ID(entry["id"]), role=Role(entry["role"]), **same)
