"""The recording log's entries: who did what, when, from where, about which records. Each is written in the transaction that does it."""

from collections.abc import Iterable
from typing import Any

from auth.actor import Actor
from graph.model.ulid import new_ulid
from graph.statements import statement

AUDIT = statement("capture/audit")


def entry(
    actor: Actor, action: str, records: Iterable[str], *, at: int, address: str | None, id: str | None = None, **more: Any
) -> dict[str, Any]:
    """A node's properties. at: ms; address: of the client."""
    return {
        "id": id or new_ulid(),
        "at": at,
        "actor": actor.subject,
        "enterprise": actor.enterprise,
        "role": actor.role.value,
        "action": action,
        "address": address,
        "records": list(records),
        **more,
    }
