"""Who may read and record what. Pure: no I/O, no state. docs/reference/permissions.md is written from this module."""

from dataclasses import dataclass
from enum import StrEnum

from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from auth.tiers import Tier

ENTERPRISE = "enterprise"
"""The kind, as it stands in an ID."""

_ANY = frozenset(Duty)
_EVERYTHING = frozenset({Duty.QUALITY, Duty.SYNC, Duty.ADMIN})
READERS: dict[str, frozenset[Duty]] = {
    ENTERPRISE: _ANY,
    "farm": _EVERYTHING | {Duty.PRODUCTION},
    "milk": _EVERYTHING | {Duty.PRODUCTION},
    "lot": _EVERYTHING | {Duty.PRODUCTION, Duty.WAREHOUSE, Duty.RESEARCH},
    "product": _ANY,
    "batch": _EVERYTHING | {Duty.PRODUCTION, Duty.WAREHOUSE, Duty.RESEARCH},
    "package": _EVERYTHING | {Duty.PRODUCTION, Duty.WAREHOUSE, Duty.SALES},
    "shipment": _EVERYTHING | {Duty.WAREHOUSE, Duty.SALES},
    "site": _EVERYTHING | {Duty.WAREHOUSE, Duty.SALES},
    "query": _EVERYTHING | {Duty.SALES},
}
"""By kind, the duties that read the INTERNAL fields of an enterprise's own records."""

NEIGHBOURLY = frozenset({"package", "shipment", "site"})
"""The kinds of which a neighbour, and any staff of the owner, read the SHARED fields."""

_SENDERS = frozenset({Duty.SYNC, Duty.ADMIN})
RECORDERS: dict[str, frozenset[Duty]] = {
    "recordEnterprises": _SENDERS,
    "recordFarms": _SENDERS | {Duty.PRODUCTION},
    "recordMilkDeliveries": _SENDERS | {Duty.PRODUCTION},
    "recordIngredientLots": _SENDERS | {Duty.PRODUCTION, Duty.WAREHOUSE},
    "recordProducts": _SENDERS | {Duty.PRODUCTION},
    "recordBatches": _SENDERS | {Duty.PRODUCTION},
    "recordSites": _SENDERS | {Duty.WAREHOUSE, Duty.SALES},
    "commissionPackages": _SENDERS | {Duty.PRODUCTION, Duty.WAREHOUSE},
    "aggregatePackages": _SENDERS | {Duty.PRODUCTION, Duty.WAREHOUSE},
    "dispatchShipments": _SENDERS | {Duty.WAREHOUSE},
    "receiveShipments": _SENDERS | {Duty.WAREHOUSE},
    "recordSales": _SENDERS | {Duty.SALES},
    "recordFormulas": frozenset({Duty.SYNC, Duty.RESEARCH}),
    "recordResearchRecords": frozenset({Duty.SYNC, Duty.RESEARCH}),
    "recordContactPersons": _SENDERS,
    "captureEvents": _SENDERS,
}
"""By mutation, the duties that record."""


_PARTNERSHIP = frozenset({Duty.ADMIN})
DELIVERERS: dict[str, frozenset[Duty]] = {
    "addPartner": _PARTNERSHIP,
    "pausePartner": _PARTNERSHIP,
    "resumePartner": _PARTNERSHIP,
    "rotatePartnerSecret": _PARTNERSHIP,
    "removePartner": _PARTNERSHIP,
    "sendAgain": _PARTNERSHIP,
}
"""By mutation, the duties of an enterprise's staff that decide to whom what is its own is delivered."""

PLATFORM_ALONE = frozenset({"suspendEnterprise", "reinstateEnterprise"})
"""The mutations that are the platform's and nobody else's."""


class Relation(StrEnum):
    """Of an actor to a record: its enterprise's own, one that it sent or got, or neither."""

    OWNER = "OWNER"
    NEIGHBOUR = "NEIGHBOUR"
    STRANGER = "STRANGER"


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: str


def may_read(actor: Actor, kind: str, tier: Tier, relation: Relation) -> Decision:
    """Whether an actor reads a field of a record by its ID. What a code tells (`resolve`) everybody reads: the PUBLIC fields."""
    if tier is Tier.RESTRICTED:
        return Decision(False, "field by field: auth/restricted.py")
    match actor.role:
        case Role.REGULATOR:
            return Decision(True, "supervises")
        case Role.PLATFORM:
            return Decision(kind == ENTERPRISE or tier is not Tier.INTERNAL, "keeps the register of enterprises, and serves the chain")
        case Role.ENTERPRISE if relation is Relation.OWNER:
            if actor.duties & READERS[kind]:
                return Decision(True, "its own, by duty")
            return Decision(kind in NEIGHBOURLY and tier is not Tier.INTERNAL, "its own, without a duty for it: the shared fields alone")
        case Role.ENTERPRISE if relation is Relation.NEIGHBOUR:
            return Decision(kind in NEIGHBOURLY and tier is not Tier.INTERNAL, "sent or got: the shared fields alone")
        case _:
            return Decision(False, "by code alone")


def scope_for(actor: Actor, kind: str) -> Scope:
    """The scope of a statement that reads whole records of one kind."""
    if actor.role is Role.PLATFORM:
        return Scope.ALL if kind == ENTERPRISE else Scope.NONE
    if actor.role is Role.ENTERPRISE and not actor.duties & READERS[kind]:
        return Scope.NONE
    return actor.scope


def reads_shared(actor: Actor, kind: str) -> bool:
    """Whether the PUBLIC and SHARED fields are read of every record of the kind, and no others. It goes into the access log."""
    return actor.role is Role.PLATFORM and kind != ENTERPRISE


def lineage_scope(actor: Actor) -> Scope:
    """The scope of a lineage: what of it is shown by name, kind by kind."""
    scope = actor.scope
    if actor.role is not Role.ENTERPRISE:
        return scope
    kinds = frozenset(kind for kind, duties in READERS.items() if actor.duties & duties)
    return scope if len(kinds) == len(READERS) else Scope(everything=False, owners=scope.owners, kinds=kinds)


def may_list(actor: Actor, kind: str) -> bool:
    """Whether there can be any record of the kind that the actor may read; for who may read none, a list is refused, not empty."""
    return actor.role is Role.REGULATOR or not list_scope(actor, kind).nothing


def list_scope(actor: Actor, kind: str) -> Scope:
    """The scope of a list: the records of which the actor reads all fields, or the shared ones; which of them, is asked apart."""
    return Scope.ALL if reads_shared(actor, kind) else scope_for(actor, kind)


def may_choose_by(actor: Actor, kind: str, tier: Tier) -> bool:
    """Whether a list is filtered, sorted and searched by fields of a tier. What is not read of the records in a list may not choose
    them either: which ones came, in which order, would tell it."""
    return tier is not Tier.RESTRICTED and not (tier is Tier.INTERNAL and reads_shared(actor, kind))


def has_neighbours(actor: Actor) -> bool:
    """Whether the shared fields of what an enterprise sent or got are read: by its staff, and by a regulator who is bound to it."""
    return actor.role is Role.ENTERPRISE or (actor.role is Role.REGULATOR and actor.bound)


def counts_hidden(actor: Actor) -> bool:
    """Whether records that stay hidden in a lineage are counted in it: a regulator whose bounds a recall crosses knows how far it goes."""
    return actor.role is Role.REGULATOR


def may_record(actor: Actor, mutation: str) -> bool:
    """Whether an ENTERPRISE's staff may, by their duties."""
    return bool(actor.duties & RECORDERS[mutation])


_PERMISSIONS = {
    Role.PUBLIC: ["resolve"],
    Role.CONSUMER: ["resolve"],
    Role.REGULATOR: ["resolve", "read:all", "lineage:all"],
    Role.PLATFORM: ["resolve", "enterprise:read-all", "enterprise:record", "read:shared"],
}


def permissions_of(actor: Actor) -> list[str]:
    """What the actor may do, in words that the API shows."""
    if actor.role is Role.REGULATOR and actor.bound:
        bounds = [name for name, bound in (("region", actor.region), ("class", actor.product_class)) if bound is not None]
        return ["resolve", f"read:{'+'.join(bounds)}", f"lineage:{'+'.join(bounds)}"]
    if actor.role is not Role.ENTERPRISE:
        return list(_PERMISSIONS[actor.role])
    records = ["record:own"] if any(may_record(actor, mutation) for mutation in RECORDERS) else []
    amends = ["enterprise:amend-own"] if may_record(actor, "recordEnterprises") else []
    return ["resolve", *(["read:own", "lineage:own"] if actor.duties else []), *records, *amends]


def may_read_events(actor: Actor) -> bool:
    """Whether the actor reads captured events, whole: those of its enterprise, or of those that it supervises."""
    return actor.role is Role.REGULATOR or (actor.role is Role.ENTERPRISE and bool(actor.duties & _EVERYTHING))


def may_read_log(actor: Actor) -> bool:
    """Whether the access log may be asked for: by those whose records were read, and by those who supervise."""
    if actor.role is Role.ENTERPRISE:
        return bool(actor.duties & {Duty.QUALITY, Duty.ADMIN})
    return actor.role is Role.REGULATOR


def may_deliver(actor: Actor, mutation: str) -> bool:
    """Whether an ENTERPRISE's staff decide to whom what is recorded is delivered."""
    return actor.role is Role.ENTERPRISE and bool(actor.duties & DELIVERERS[mutation])


def may_read_suspensions(actor: Actor) -> bool:
    """Whether it is told who suspended which enterprise and why: to who suspends, and to who supervises."""
    return actor.role in {Role.PLATFORM, Role.REGULATOR}


def leaves_a_trace(actor: Actor) -> bool:
    """Whether what the actor reads by ID goes into the access log."""
    return actor.role is Role.REGULATOR


def may_trace(actor: Actor) -> bool:
    """Whether lineage may be asked for at all; what of it is shown is the scope's matter."""
    return actor.role is Role.REGULATOR or (actor.role is Role.ENTERPRISE and bool(actor.duties))
