"""Who may record."""

from auth.actor import Actor, Role
from auth.policy import RECORDERS, may_record
from auth.scope import Scope
from graph.capture.errors import NotAllowed, NotSignedIn


def recorder(actor: Actor, mutation: str, *, platform: bool) -> tuple[str, Scope]:
    """The code of the enterprise that records, and the scope of its writes.

    An enterprise records its own, by those of its staff whose duty it is.
    Where `platform` is true, the platform may too: for every enterprise, with no code of its own.
    """
    if actor.role is Role.ENTERPRISE and actor.enterprise:
        if not may_record(actor, mutation):
            found = ", ".join(sorted(actor.duties)) or "none"
            right = ", ".join(sorted(RECORDERS[mutation]))
            raise NotAllowed(f"found the duties: {found}; {mutation} is for one of: {right}")
        return actor.enterprise, Scope.of(actor.enterprise)
    if platform and actor.role is Role.PLATFORM:
        return "", Scope.ALL
    if actor.role is Role.PUBLIC:
        raise NotSignedIn("found no token; recording needs the token of an enterprise")
    who = "an enterprise, or the platform," if platform else "an enterprise"
    raise NotAllowed(f"found the role {actor.role.value}; {who} records this")
