"""What an actor may read of a kind of record. Pure: no I/O, no state."""

from auth.actor import Actor, Role
from auth.scope import Scope

ENTERPRISE = "enterprise"
"""The kind, as it stands in an ID."""


def scope_for(actor: Actor, kind: str) -> Scope:
    """The scope of a statement that reads records of one kind: the actor's own, but that the platform, which registers
    enterprises, reads all of those and nothing else."""
    if actor.role is Role.PLATFORM:
        return Scope.ALL if kind == ENTERPRISE else Scope.NONE
    return actor.scope


def may_list(actor: Actor, kind: str) -> bool:
    """Whether there can be any record of the kind that the actor may read; for who may read none, a list is refused, not empty."""
    scope = scope_for(actor, kind)
    return scope.everything or scope.enterprise is not None


_PERMISSIONS = {
    Role.PUBLIC: ["resolve"],
    Role.CONSUMER: ["resolve"],
    Role.ENTERPRISE: ["resolve", "read:own", "lineage:own", "record:own", "enterprise:amend-own"],
    Role.REGULATOR: ["resolve", "read:all", "lineage:all"],
    Role.PLATFORM: ["resolve", "enterprise:read-all", "enterprise:record"],
}


def permissions_of(actor: Actor) -> list[str]:
    """What the actor may do, in words that the API shows."""
    return list(_PERMISSIONS[actor.role])


def may_trace(actor: Actor) -> bool:
    """Whether lineage may be asked for at all; what of it is shown is the scope's matter."""
    return actor.role in {Role.ENTERPRISE, Role.REGULATOR}
