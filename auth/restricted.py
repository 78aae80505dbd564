"""The fields of tier RESTRICTED: who reads them of its own records by duty, and what they are. Pure: no I/O, no state."""

from auth.actor import Actor, Duty, Role
from auth.scope import Scope

FORMULA = "Product.formula"
RESEARCH_RECORDS = "Product.researchRecords"
CONTACT_PERSON = "Enterprise.contactPerson"

READERS: dict[str, frozenset[Duty]] = {
    FORMULA: frozenset({Duty.RESEARCH}),
    RESEARCH_RECORDS: frozenset({Duty.RESEARCH}),
    CONTACT_PERSON: frozenset({Duty.QUALITY, Duty.ADMIN}),
}
"""By field, the duties that read it: of an enterprise's own records, and of another's that were granted to the enterprise."""

KINDS: dict[str, str] = {FORMULA: "product", RESEARCH_RECORDS: "product", CONTACT_PERSON: "enterprise"}
"""By field, the kind of record that has it, as it stands in IDs."""

PERSONAL = frozenset({CONTACT_PERSON})
"""Personal data."""


def own_scope(actor: Actor, field: str) -> Scope:
    """The scope in which the actor reads the field without having asked: its enterprise's own records, or nothing."""
    if actor.role is Role.ENTERPRISE and actor.enterprise and actor.duties & READERS[field]:
        return Scope.of(actor.enterprise)
    return Scope.NONE


def may_use_grants(actor: Actor, field: str) -> bool:
    """Whether the actor reads the field where it was granted: of an enterprise those whose duty it is, or an authority's."""
    return actor.role is Role.REGULATOR or (actor.role is Role.ENTERPRISE and bool(actor.duties & READERS[field]))


_ASKS = frozenset({Duty.RESEARCH, Duty.QUALITY, Duty.ADMIN})
_DECIDES = frozenset({Duty.ADMIN})
MUTATIONS: dict[str, frozenset[Duty]] = {
    "requestAccess": _ASKS,
    "withdrawAccessRequest": _ASKS,
    "approveAccess": _DECIDES,
    "refuseAccess": _DECIDES,
    "revokeAccess": _DECIDES,
}
"""By mutation, the duties of an enterprise's staff that ask others, or decide what others asked."""


def may_ask(actor: Actor) -> bool:
    """Whether the actor may ask others for fields of theirs, withdraw what was asked for on its side, and read that."""
    return actor.role is Role.REGULATOR or (actor.role is Role.ENTERPRISE and bool(actor.duties & _ASKS))


def may_decide(actor: Actor) -> bool:
    """Whether requests are the actor's to decide: of its enterprise's records, or, for the platform, those for personal data."""
    return actor.role is Role.PLATFORM or (actor.role is Role.ENTERPRISE and bool(actor.duties & _DECIDES))


def acting_scope(actor: Actor) -> Scope:
    """Of who asks and decides: the enterprise acted for, or none. What a regulator supervises is another matter."""
    return Scope.of(actor.enterprise) if actor.role is Role.ENTERPRISE and actor.enterprise else Scope.NONE


def asker_of(actor: Actor) -> str:
    """To whom a grant is made: an enterprise, whoever of it asked; of an authority the person."""
    return f"{actor.role.value}:{actor.enterprise or actor.subject}"
